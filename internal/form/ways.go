package form

// Way is a way in which Retool can sign in.
type Way struct {
	Note    Note   // what a person chooses by
	Command string // prints the form with it
}

// The headings above the way of a form and above the other ones.
const (
	WayTitle       = "How Retool signs in with this form"
	OtherWaysTitle = "Other ways"
)

var ways = []struct {
	signIn SignIn
	note   Note
}{{Shared, NoteWayShared}, {Password, NoteWayPassword}, {PerUser, NoteWayPerUser}}

// Way returns that of this form.
func (f Form) Way() Way {
	for _, way := range ways {
		if way.signIn == f.SignIn() {
			return Way{way.note, f.Commands.SignIns[way.signIn]}
		}
	}
	return Way{}
}

// OtherWays returns those that this form does not have.
func (f Form) OtherWays() []Way {
	var others []Way
	for _, way := range ways {
		if way.signIn != f.SignIn() {
			others = append(others, Way{way.note, f.Commands.SignIns[way.signIn]})
		}
	}
	return others
}
