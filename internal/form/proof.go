package form

// Proof is a check of the deployed stack, and what it found.
type Proof struct {
	Name   ProofName
	Detail string
	Field  ID // the field that is wrong, if a check that failed names one
	OK     bool
}

// ProofName says what a check proves. Formats in other languages translate it.
type ProofName string

// The checks, in their order.
const (
	ProofForm         ProofName = "the form agrees with the stack"
	ProofWithoutToken ProofName = "a request without a token is refused"
	ProofTokenRequest ProofName = "Retool's token request gives an access token"
	ProofQuery        ProofName = "the API accepts the token"
	ProofBrokenToken  ProofName = "a broken token is refused"
	ProofIDToken      ProofName = "an id token is refused"
	ProofRecovery     ProofName = "Retool recovers from a refused token"
	ProofExpiry       ProofName = "the refresh token is valid"
)

// ProofNames are all names, in their order.
var ProofNames = []ProofName{ProofForm, ProofWithoutToken, ProofTokenRequest, ProofQuery, ProofBrokenToken, ProofIDToken, ProofRecovery, ProofExpiry}
