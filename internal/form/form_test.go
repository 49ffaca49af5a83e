package form

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// testDeployment has values such as AWS gives.
var testDeployment = Deployment{
	Stage:              "dev",
	BaseURL:            "https://abc123.execute-api.eu-west-1.amazonaws.com",
	TokenURL:           "https://cognito-idp.eu-west-1.amazonaws.com/",
	ClientID:           "1example23456789",
	AccessTokenMinutes: 60,
	RefreshTokenDays:   365,
	Commands: Commands{Connect: "retool connect", Flat: "retool connect --request flat", OpenAPI: "retool openapi --output dev.yaml", SignIns: map[SignIn]string{
		Shared: "retool connect", Password: "retool connect --sign-in password", PerUser: "retool connect --sign-in per-user",
	}},
	Queries: []Query{
		{Name: "getMe", Method: "GET", Path: "/me", Status: 200, Caller: "username"},
		{
			Name: "listOrders", Method: "GET", Path: "/orders", Status: 200, Rows: "orders", NextCursor: "next",
			Parameters: []Row{{"limit", "20"}, {"cursor", "{{ table1.pagination.afterCursor }}"}},
		},
		{
			Name: "changeOrder", Method: "PATCH", Path: "/orders/{{ table1.selectedRow.id }}", Status: 200,
			Body: []Row{{"version", "{{ table1.selectedRow.version }}"}, {"title", "{{ titleInput.value }}"}},
		},
	},
}

// A period equal to the validity is reported to fail in Retool.
func TestThePeriodIsFiveSixthsOfTheValidity(t *testing.T) {
	for minutes, want := range map[int]int{5: 250, 7: 350, 60: 3000, 1440: 72000} {
		d := testDeployment
		d.AccessTokenMinutes = minutes
		for name, choices := range modes {
			f := New(d, choices)
			if f.Refresh.Seconds != want || f.Check() != nil {
				t.Errorf("%s: the period for %d minutes is %d s, want %d: %v", name, minutes, f.Refresh.Seconds, want, f.Check())
			}
		}
	}
}

// The choices for each kind of form.
var (
	sharedNested  = Choices{SignIn: Shared, Request: Nested, RefreshToken: "the-token"}
	sharedFlat    = Choices{SignIn: Shared, Request: Flat, RefreshToken: "the-token"}
	perUserNested = Choices{SignIn: PerUser, Request: Nested}
	perUserFlat   = Choices{SignIn: PerUser, Request: Flat}
	withPassword  = Choices{SignIn: Password, User: "retool-password", Password: "Aa1-ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
)

// modes has them by name.
var modes = map[string]Choices{
	"shared-nested": sharedNested, "shared-flat": sharedFlat, "per-user-nested": perUserNested, "per-user-flat": perUserFlat,
	"password": withPassword,
}

func expectError(t *testing.T, err error, want string) {
	t.Helper()
	got := "no error"
	if err != nil {
		got = err.Error()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// An input has the same name everywhere.
func TestAnIDIsWrittenInTheWordsOfTheForm(t *testing.T) {
	step := AuthWorkflow.Step(1)
	row := step.TableRow(LabelBody, 3, "AuthParameters")
	for want, id := range map[string]ID{
		"Resource › Base URL":         ResourceSection.Input(LabelBaseURL),
		"Auth workflow, step 1":       step,
		"Auth workflow, step 1 › URL": step.Input(LabelURL),
		"Auth workflow, step 1 › Body params › row 3 (AuthParameters)":         row,
		"Auth workflow, step 1 › Body params › row 3 (AuthParameters) › Key":   row.Of(KeyPart),
		"Auth workflow, step 1 › Body params › row 3 (AuthParameters) › Value": row.Of(ValuePart),
		"Refresh auth workflow › Period":                                       RefreshSection.Input(LabelPeriod),
	} {
		if got := id.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// An anchor must not show a token that was pasted into a row's key.
func TestAnAnchorIsMadeOfTheWordsOfTheFormOnly(t *testing.T) {
	row := RefreshWorkflow.Step(1).TableRow(LabelBody, 3, `{"REFRESH_TOKEN":"s3cret"}`)
	for want, id := range map[string]ID{
		"resource":          ResourceSection,
		"resource-base-url": ResourceSection.Input(LabelBaseURL),
		"refresh-auth-workflow-step-1-body-params-row-3":       row,
		"refresh-auth-workflow-step-1-body-params-row-3-value": row.Of(ValuePart),
	} {
		if got := id.Anchor(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// If two inputs had the same ID, an error could mean either.
func TestEveryInputHasItsOwnID(t *testing.T) {
	for name, choices := range modes {
		seen := map[ID]bool{}
		for _, section := range New(testDeployment, choices).Sections() {
			for _, field := range section.Fields {
				if seen[field.ID] {
					t.Errorf("%s: two inputs are %s", name, field.ID)
				}
				seen[field.ID] = true
			}
		}
		if len(seen) < 10 {
			t.Errorf("%s: there are only %d inputs", name, len(seen))
		}
	}
}
