package main

import (
	"context"
	"encoding/json"

	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/health"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

type healthRequest struct {
	// Data of the ConfigMap argocd-cm.
	Settings map[string]string            `json:"settings"`
	Objects  []*unstructured.Unstructured `json:"objects"`
}

type verdict struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

type healthAnswer struct {
	Argo verdict `json:"argocd"`
	Flux verdict `json:"flux"`
}

// What Argo CD's evaluator of health scripts and Flux' kstatus say of each object.
func runHealth(ctx context.Context, text []byte) (any, error) {
	var request healthRequest
	if err := json.Unmarshal(text, &request); err != nil {
		return nil, err
	}
	overrides, err := argoSettings(ctx, request.Settings).GetResourceOverrides()
	if err != nil {
		return nil, err
	}
	answers := []healthAnswer{}
	for _, object := range request.Objects {
		argo, err := health.GetResourceHealth(object, lua.ResourceHealthOverrides(overrides))
		if err != nil {
			return nil, err
		}
		flux, err := status.Compute(object)
		if err != nil {
			return nil, err
		}
		answer := healthAnswer{Flux: verdict{string(flux.Status), flux.Message}}
		if argo != nil {
			answer.Argo = verdict{string(argo.Status), argo.Message}
		}
		answers = append(answers, answer)
	}
	return answers, nil
}
