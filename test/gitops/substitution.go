package main

import (
	"context"
	"encoding/json"

	"github.com/fluxcd/pkg/kustomize"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/provider"
)

type substitutionRequest struct {
	Folders   []string          `json:"folders"`
	Variables map[string]string `json:"variables"`
	Strict    bool              `json:"strict"`
}

type substitution struct {
	Before map[string]any `json:"before"`
	After  map[string]any `json:"after"`
	// The object says that nothing is to be replaced in it.
	Disabled bool `json:"disabled"`
}

// What `postBuild.substitute` of a Flux Kustomization makes of each object.
func runSubstitution(ctx context.Context, text []byte) (any, error) {
	var request substitutionRequest
	if err := json.Unmarshal(text, &request); err != nil {
		return nil, err
	}
	objects, err := builtObjects(request.Folders)
	if err != nil {
		return nil, err
	}
	variables := map[string]any{}
	for name, value := range request.Variables {
		variables[name] = value
	}
	kustomization := unstructured.Unstructured{Object: map[string]any{
		"spec": map[string]any{"postBuild": map[string]any{"substitute": variables}},
	}}
	factory := provider.NewDefaultDepProvider().GetResourceFactory()
	answers := []substitution{}
	for _, object := range objects {
		resource, err := factory.FromMap(object.DeepCopy().Object)
		if err != nil {
			return nil, err
		}
		options := []kustomize.SubstituteOption{
			kustomize.SubstituteWithDryRun(true),
			kustomize.SubstituteWithStrict(request.Strict),
		}
		replaced, err := kustomize.SubstituteVariables(ctx, nil, kustomization, resource, options...)
		if err != nil {
			return nil, err
		}
		answer := substitution{Before: object.Object, After: object.Object, Disabled: replaced == nil}
		if replaced != nil {
			if answer.After, err = replaced.Map(); err != nil {
				return nil, err
			}
		}
		answers = append(answers, answer)
	}
	return answers, nil
}
