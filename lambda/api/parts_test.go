package api_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"retoolapi/lambda/api"
	"retoolapi/lambda/api/apitest"
)

// parts are the operations of these tests: one of every kind. They store nothing and
// answer with their input.
type parts struct {
	created int                         // How often a part was created.
	before  func(context.Context) error // Called by every operation, if it is set.
}

func newParts(t testing.TB) (*apitest.API, *parts) {
	t.Helper()
	p := &parts{}
	return apitest.New(t, p.register), p
}

func (p *parts) register(a huma.API) {
	unavailable := []int{http.StatusServiceUnavailable}
	huma.Register(a, huma.Operation{OperationID: "list-parts", Method: http.MethodGet, Path: "/parts", Summary: "List parts", Description: "All of them.", Errors: unavailable}, p.list)
	huma.Register(a, huma.Operation{OperationID: "create-part", Method: http.MethodPost, Path: "/parts", Summary: "Create a part", Description: "Or not.", Errors: unavailable, DefaultStatus: http.StatusCreated}, p.create)
	huma.Register(a, huma.Operation{OperationID: "get-part", Method: http.MethodGet, Path: "/parts/{id}", Summary: "Get a part", Description: "One.", Errors: unavailable}, p.get)
	huma.Register(a, huma.Operation{OperationID: "update-part", Method: http.MethodPatch, Path: "/parts/{id}", Summary: "Change a part", Description: "Or not.", Errors: unavailable}, p.update)
	huma.Register(a, huma.Operation{OperationID: "delete-part", Method: http.MethodDelete, Path: "/parts/{id}", Summary: "Delete a part", Description: "Or not.", Errors: unavailable}, p.delete)
}

func (p *parts) begin(ctx context.Context) error {
	if p.before == nil {
		return nil
	}
	return p.before(ctx)
}

type Part struct {
	ID       string `json:"id,omitempty" doc:"As it was asked for." example:"019ab1f0-6f5c-7c1e-9d53-0b8a4f2c6e11"`
	Key      string `json:"key,omitempty" doc:"The Idempotency-Key." example:"6b1f6a0e-3c55-4e1c-8f0e-0d9f7f1f0f5a"`
	Name     string `json:"name,omitempty" example:"Blue paint"`
	Quantity int    `json:"quantity,omitempty" example:"12"`
	Note     string `json:"note,omitempty" example:"Second shelf"`
	Caller   string `json:"caller" example:"retool"`
}

type partOutput struct{ Body Part }

type PartList struct {
	Limit  int    `json:"limit" example:"20"`
	Cursor string `json:"cursor" example:""`
}

type partListInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"The size of the page." example:"20"`
	Cursor string `query:"cursor" doc:"Where the page begins." example:""`
}

type partListOutput struct{ Body PartList }

func (p *parts) list(ctx context.Context, in *partListInput) (*partListOutput, error) {
	return &partListOutput{PartList(*in)}, p.begin(ctx)
}

type PartDraft struct {
	Name     string `json:"name" minLength:"1" maxLength:"200" example:"Blue paint"`
	Quantity int    `json:"quantity" minimum:"0" maximum:"1000000" example:"12"`
	Note     string `json:"note,omitempty" nullable:"true" maxLength:"2000" example:"Second shelf"`
}

type createPartInput struct {
	Key  string `header:"Idempotency-Key" pattern:"^[!-~]{1,64}$" doc:"Any." example:"6b1f6a0e-3c55-4e1c-8f0e-0d9f7f1f0f5a"`
	Body PartDraft
}

func (p *parts) create(ctx context.Context, in *createPartInput) (*partOutput, error) {
	p.created++
	return &partOutput{Part{
		Key: in.Key, Name: in.Body.Name, Quantity: in.Body.Quantity, Note: in.Body.Note, Caller: api.CallerOf(ctx).Username,
	}}, p.begin(ctx)
}

type getPartInput struct {
	ID string `path:"id" doc:"Any." example:"019ab1f0-6f5c-7c1e-9d53-0b8a4f2c6e11"`
}

func (p *parts) get(ctx context.Context, in *getPartInput) (*partOutput, error) {
	return &partOutput{Part{ID: in.ID, Caller: api.CallerOf(ctx).Username}}, p.begin(ctx)
}

type PartChange struct {
	Version  int                  `json:"version" minimum:"1" example:"3"`
	Name     api.Optional[string] `json:"name,omitzero" minLength:"1" maxLength:"200" example:"Blue paint"`
	Quantity api.Optional[int]    `json:"quantity,omitzero" minimum:"0" maximum:"1000000" example:"11"`
	Note     api.Optional[string] `json:"note,omitzero" nullable:"true" maxLength:"2000" example:"Third shelf"`
}

type updatePartInput struct {
	ID   string `path:"id" doc:"Any." example:"019ab1f0-6f5c-7c1e-9d53-0b8a4f2c6e11"`
	Body PartChange
}

func (p *parts) update(ctx context.Context, in *updatePartInput) (*partOutput, error) {
	if in.Body.Name.Sent && in.Body.Name.Value == nil {
		return nil, api.Invalid(api.Fault{Location: "body.name", Message: "must be text"})
	}
	part := Part{ID: in.ID, Caller: api.CallerOf(ctx).Username}
	if in.Body.Name.Sent {
		part.Name = *in.Body.Name.Value
	}
	if in.Body.Quantity.Value != nil {
		part.Quantity = *in.Body.Quantity.Value
	}
	if in.Body.Note.Value != nil {
		part.Note = *in.Body.Note.Value
	}
	return &partOutput{part}, p.begin(ctx)
}

type deletePartInput struct {
	ID      string `path:"id" doc:"Any." example:"019ab1f0-6f5c-7c1e-9d53-0b8a4f2c6e11"`
	Version int    `query:"version" minimum:"1" doc:"Any." example:"3"`
}

func (p *parts) delete(ctx context.Context, in *deletePartInput) (*struct{}, error) {
	return nil, p.begin(ctx)
}
