package form

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// scope is what the references of a step may name, by path: form1, form1.username,
// http1, http1.body, AUTHORIZATION_TOKEN.
type scope map[string]named

// named is something that has a name in a scope.
type named struct {
	origin ID // the input that gives the name, if one does
	kind   kind
}

// kind is what a reference to something can be.
type kind int

const (
	isText   kind = iota
	isObject      // has names of its own
	isAnswer      // has names that only its server knows
)

// checkScopes checks the names that steps and variables have, and that each
// reference leads to one of them: to an earlier step of its workflow or, in the
// refresh workflow, also to a variable of the auth workflow.
func (f Form) checkScopes() error {
	variables, err := checkScope(AuthWorkflow, f.Steps, nil)
	if err != nil {
		return err
	}
	_, err = checkScope(RefreshWorkflow, f.Refresh.Steps, variables)
	return err
}

// checkScope returns the variables that a workflow defines.
func checkScope(workflow Workflow, steps []Step, variables scope) (scope, error) {
	known, defined := scope{}, scope{}
	maps.Copy(known, variables)
	names := map[string]ID{} // of this workflow
	for i, step := range steps {
		at := workflow.Step(i + 1)
		if err := known.checkReferences(at, step); err != nil {
			return nil, err
		}
		if err := takeName(names, at.Input(LabelStepName), step.Name); err != nil {
			return nil, err
		}
		if variable, ok := variables[step.Name]; ok {
			return nil, twice(at.Input(LabelStepName), step.Name, variable.origin)
		}
		if step.Type == VariableStep {
			if err := takeName(names, at.Input(LabelVariable), step.Variable); err != nil {
				return nil, err
			}
			defined[step.Variable] = named{origin: at.Input(LabelVariable)}
		}
		if err := known.add(at, step); err != nil {
			return nil, err
		}
	}
	return defined, nil
}

// identifier matches a name that can be in a reference.
var identifier = regexp.MustCompile(`^[\p{L}_$][\p{L}\p{Nd}_$]*$`)

// takeName notes the name in an input, which no other one may have.
func takeName(names map[string]ID, at ID, name string) error {
	if !identifier.MatchString(name) {
		return at.Fault("is %q: for references to it, a name has letters, digits and _ only, and no digit first", name)
	}
	if other, ok := names[name]; ok {
		return twice(at, name, other)
	}
	names[name] = at
	return nil
}

func twice(at ID, name string, other ID) error {
	return at.Fault("is %q, as is %s: a reference to it could mean both", name, other)
}

// add adds what later steps may name of a step.
func (s scope) add(at ID, step Step) error {
	switch step.Type {
	case ModalStep:
		s[step.Name] = named{at.Input(LabelStepName), isObject}
		keys := map[string]ID{}
		for i, input := range step.Fields {
			id := at.Input(ModalLabel(i+1, ModalKey))
			if err := takeName(keys, id, input.Key); err != nil {
				return err
			}
			s[step.Name+"."+input.Key] = named{origin: id}
		}
	case RequestStep:
		s[step.Name] = named{at.Input(LabelStepName), isObject}
		s[step.Name+".body"] = named{kind: isAnswer}
	}
	return nil
}

// checkReferences checks those of a step's inputs that may have any.
func (s scope) checkReferences(at ID, step Step) error {
	if step.Type == VariableStep {
		return s.checkValue(at.Input(LabelValue), step.Value)
	}
	for i, row := range step.Body {
		if err := s.checkValue(at.TableRow(LabelBody, i+1, row.Key).Of(ValuePart), row.Value); err != nil {
			return err
		}
	}
	return nil
}

func (s scope) checkValue(at ID, value string) error {
	var faults []error
	rest := ReplaceReferences(value, func(name string) string {
		faults = append(faults, s.lookUp(name))
		return ""
	})
	if err := errors.Join(faults...); err != nil {
		return &FieldError{at, err}
	}
	if strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
		return at.Fault("has a {{ or }} that is no part of a reference, {{ … }}")
	}
	return nil
}

// lookUp follows a reference as far as is known before the request is sent.
func (s scope) lookUp(name string) error {
	parts := strings.Split(name, ".")
	for i, part := range parts {
		path := strings.Join(parts[:i+1], ".")
		found, ok := s[path]
		last := i == len(parts)-1
		switch {
		case !ok:
			return fmt.Errorf("{{ %s }}: there is no %q; there is %s", name, part, s.choices(strings.TrimSuffix(path, part)))
		case last && found.kind != isText:
			return fmt.Errorf("{{ %s }} is not a text", name)
		case found.kind == isAnswer:
			return checkNames(name, parts[i+1:])
		}
	}
	return nil
}

// checkNames checks that the rest of a reference is made of names. The runner does
// not run the JavaScript that Retool would.
func checkNames(name string, parts []string) error {
	for _, part := range parts {
		if !identifier.MatchString(part) {
			return fmt.Errorf("{{ %s }}: %q is no name: a reference has names with dots between them, and nothing else", name, part)
		}
	}
	return nil
}

// choices lists the names after a prefix, such as "form1.", with the inputs that
// give them.
func (s scope) choices(prefix string) string {
	var names []string
	for _, path := range slices.Sorted(maps.Keys(s)) {
		name, ok := strings.CutPrefix(path, prefix)
		if !ok || strings.Contains(name, ".") {
			continue
		}
		if origin := s[path].origin; origin != (ID{}) {
			name += " (" + origin.String() + ")"
		}
		names = append(names, name)
	}
	if names == nil {
		return "nothing"
	}
	return strings.Join(names, ", ")
}
