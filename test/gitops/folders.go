package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/utils/kube"
	"github.com/fluxcd/pkg/kustomize"
	ssautil "github.com/fluxcd/pkg/ssa/utils"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The objects of a folder as Argo CD's `directory` source with `recurse` reads them; kustomizations are left out, as
// `exclude` does.
func plainObjects(folders []string) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".yaml") || entry.Name() == "kustomization.yaml" {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			found, err := kube.SplitYAML(text)
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			objects = append(objects, found...)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return objects, nil
}

// The objects of a folder as kustomize-controller builds them: it writes a kustomization where there is none.
func builtObjects(folders []string) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	for _, folder := range folders {
		kustomization := unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{}}}
		if _, err := kustomize.NewGenerator(folder, kustomization).WriteFile(folder); err != nil {
			return nil, fmt.Errorf("%s: %w", folder, err)
		}
		built, err := kustomize.SecureBuild(folder, folder, false)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", folder, err)
		}
		text, err := built.AsYaml()
		if err != nil {
			return nil, err
		}
		found, err := ssautil.ReadObjects(strings.NewReader(string(text)))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", folder, err)
		}
		objects = append(objects, found...)
	}
	return objects, nil
}
