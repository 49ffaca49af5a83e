package page

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"retoolapi/internal/form"
)

func TestADetailLinksToTheFieldThatItNames(t *testing.T) {
	step := form.AuthWorkflow.Step(1)
	row := func(number int) form.ID { return step.TableRow(form.LabelBody, number, "ClientId").Of(form.ValuePart) }
	for name, test := range map[string]struct {
		field form.ID
		want  string
	}{
		"a field":                       {form.ResourceSection.Input(form.LabelBaseURL), "resource-base-url"},
		"an input of a row":             {row(2), "auth-workflow-step-1-body-params-row-2-value"},
		"a row that the form has not":   {row(9), "auth-workflow-step-1-body-params"},
		"a field that the form has not": {step.Input("Timeout"), "auth-workflow-step-1"},
		"a step":                        {step, "auth-workflow-step-1"},
		"a part that is not shown":      {form.TokensSection.Input(form.LabelRefreshDays), ""},
	} {
		proof := form.Proof{Detail: form.Found("sign in: %s: is wrong", test.field), Field: test.field}
		want := []passage{{Text: "sign in: "}, {test.field.String(), test.want}, {Text: ": is wrong"}}
		if diff := cmp.Diff(want, sharedPage().detail(proof, english)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	wantJapanese := []passage{{}, {"Auth workflow ステップ 1 › URL", "auth-workflow-step-1-url"}, {Text: "\nコマンドのメッセージ：is wrong"}}
	wrong := step.Input(form.LabelURL)
	proof := form.Proof{Detail: form.DetailOf(wrong.Fault("is wrong")), Field: wrong}
	if diff := cmp.Diff(wantJapanese, sharedPage().detail(proof, japanese)); diff != "" {
		t.Errorf("in Japanese (-want +got):\n%s", diff)
	}
	want := []passage{{Text: "200 from GET /me"}}
	if diff := cmp.Diff(want, sharedPage().detail(form.Proof{Detail: form.Found("200 from GET /me")}, english)); diff != "" {
		t.Errorf("without a field (-want +got):\n%s", diff)
	}
}
