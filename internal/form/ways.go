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

var wayNotes = map[SignIn]Note{Shared: NoteWayShared, Password: NoteWayPassword, PerUser: NoteWayPerUser}

// Way returns that of this form.
func (f Form) Way() Way { return f.wayOf(f.SignIn()) }

// OtherWays returns those that this form does not have.
func (f Form) OtherWays() []Way {
	var others []Way
	for _, signIn := range []SignIn{Shared, Password, PerUser} {
		if signIn != f.SignIn() {
			others = append(others, f.wayOf(signIn))
		}
	}
	return others
}

func (f Form) wayOf(signIn SignIn) Way { return Way{wayNotes[signIn], f.Commands.SignIns[signIn]} }
