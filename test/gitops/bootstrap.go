package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The type of each object that `holdfast bootstrap` writes, as its tool declares it.
func bootstrapType(kind string) any {
	switch kind {
	case "Application":
		return &v1alpha1.Application{}
	case "Kustomization":
		return &kustomizev1.Kustomization{}
	case "GitRepository":
		return &sourcev1.GitRepository{}
	case "OCIRepository":
		return &sourcev1.OCIRepository{}
	}
	return nil
}

type decoded struct {
	Object string `json:"object"`
	Error  string `json:"error"`
}

// Whether the tools' own types take each object, with no field that they do not know.
func runBootstrap(_ context.Context, text []byte) (any, error) {
	var objects []*unstructured.Unstructured
	if err := json.Unmarshal(text, &objects); err != nil {
		return nil, err
	}
	answers := []decoded{}
	for _, object := range objects {
		answer := decoded{Object: object.GetKind() + " " + object.GetName()}
		if err := decode(object); err != nil {
			answer.Error = err.Error()
		}
		answers = append(answers, answer)
	}
	return answers, nil
}

func decode(object *unstructured.Unstructured) error {
	into := bootstrapType(object.GetKind())
	if into == nil {
		return fmt.Errorf("%s is no kind of Argo CD's or Flux'", object.GetKind())
	}
	text, err := object.MarshalJSON()
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}
