package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/polling"
	"github.com/fluxcd/cli-utils/pkg/object"
	"github.com/fluxcd/pkg/ssa"
	"github.com/fluxcd/pkg/ssa/normalize"
	ssautil "github.com/fluxcd/pkg/ssa/utils"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
)

const fluxGroup = "kustomize.toolkit.fluxcd.io"

type fluxRequest struct {
	// Name and namespace of the Kustomization.
	Name      string   `json:"name"`
	Namespace string   `json:"namespace"`
	Folders   []string `json:"folders"`
	// Applies, and prunes what the inventory has and the folders have not; without it only compares.
	Apply bool `json:"apply"`
	// What the Kustomization's status says it applied last time.
	Inventory []string `json:"inventory"`
	// How long to wait for all objects to be Current, as `wait: true` does; in seconds.
	Wait int `json:"wait"`
}

type change struct {
	Object string `json:"object"`
	Action string `json:"action"`
}

type fluxAnswer struct {
	Objects     int          `json:"objects"`
	Applied     []change     `json:"applied"`
	Pruned      []change     `json:"pruned"`
	Inventory   []string     `json:"inventory"`
	Differences []difference `json:"differences"`
}

// Applies as kustomize-controller does, in stages, prunes by inventory, and compares by its dry run.
func runFlux(ctx context.Context, text []byte) (any, error) {
	var request fluxRequest
	if err := json.Unmarshal(text, &request); err != nil {
		return nil, err
	}
	manager, err := fluxManager()
	if err != nil {
		return nil, err
	}
	objects, err := builtObjects(request.Folders)
	if err != nil {
		return nil, err
	}
	manager.SetOwnerLabels(objects, request.Name, request.Namespace)
	if err := normalize.UnstructuredList(objects); err != nil {
		return nil, err
	}
	answer := fluxAnswer{Objects: len(objects), Applied: []change{}, Pruned: []change{}, Inventory: inventory(objects)}
	if request.Apply {
		changes, err := manager.ApplyAllStaged(ctx, objects, applyOptions())
		if err != nil {
			return nil, err
		}
		answer.Applied = actions(changes)
		if answer.Pruned, err = prune(ctx, manager, request, objects); err != nil {
			return nil, err
		}
	}
	if request.Wait > 0 {
		options := ssa.WaitOptions{
			Interval: 500 * time.Millisecond, Timeout: time.Duration(request.Wait) * time.Second, FailFast: true,
		}
		if err := manager.WaitForSetWithContext(ctx, object.UnstructuredSetToObjMetadataSet(objects), options); err != nil {
			return nil, err
		}
	}
	answer.Differences, err = drift(ctx, manager, objects)
	return answer, err
}

func fluxManager() (*ssa.ResourceManager, error) {
	config, err := clusterConfig()
	if err != nil {
		return nil, err
	}
	http, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	mapper, err := apiutil.NewDynamicRESTMapper(config, http)
	if err != nil {
		return nil, err
	}
	kube, err := client.New(config, client.Options{HTTPClient: http, Mapper: mapper})
	if err != nil {
		return nil, err
	}
	poller := polling.NewStatusPoller(kube, mapper, polling.Options{})
	return ssa.NewResourceManager(kube, poller, ssa.Owner{Field: "kustomize-controller", Group: fluxGroup}), nil
}

// What kustomize-controller passes.
func applyOptions() ssa.ApplyOptions {
	options := ssa.DefaultApplyOptions()
	options.WaitInterval = 500 * time.Millisecond
	options.ExclusionSelector = map[string]string{fluxGroup + "/reconcile": "disabled", fluxGroup + "/ssa": "Ignore"}
	options.IfNotPresentSelector = map[string]string{fluxGroup + "/ssa": "IfNotPresent"}
	options.ForceSelector = map[string]string{fluxGroup + "/force": "enabled"}
	options.Cleanup = ssa.ApplyCleanupOptions{
		Annotations: []string{corev1.LastAppliedConfigAnnotation},
		FieldManagers: []ssa.FieldManager{
			{Name: "kubectl", OperationType: metav1.ManagedFieldsOperationApply},
			{Name: "kubectl", OperationType: metav1.ManagedFieldsOperationUpdate},
			{Name: "before-first-apply", OperationType: metav1.ManagedFieldsOperationUpdate},
			{Name: "kustomize-controller", OperationType: metav1.ManagedFieldsOperationUpdate},
		},
		Exclusions: map[string]string{fluxGroup + "/ssa": "Merge"},
	}
	return options
}

func prune(
	ctx context.Context, manager *ssa.ResourceManager, request fluxRequest, applied []*unstructured.Unstructured,
) ([]change, error) {
	present := object.UnstructuredSetToObjMetadataSet(applied)
	var stale []*unstructured.Unstructured
	for _, id := range request.Inventory {
		metadata, version, err := parseInventory(id)
		if err != nil {
			return nil, err
		}
		if present.Contains(metadata) {
			continue
		}
		gone := &unstructured.Unstructured{}
		gone.SetGroupVersionKind(metadata.GroupKind.WithVersion(version))
		gone.SetName(metadata.Name)
		gone.SetNamespace(metadata.Namespace)
		stale = append(stale, gone)
	}
	changes, err := manager.DeleteAll(ctx, stale, ssa.DeleteOptions{
		PropagationPolicy: metav1.DeletePropagationBackground,
		Inclusions:        manager.GetOwnerLabels(request.Name, request.Namespace),
		Exclusions: map[string]string{
			fluxGroup + "/prune": "disabled", fluxGroup + "/reconcile": "disabled", fluxGroup + "/ssa": "Ignore",
		},
	})
	if err != nil {
		return nil, err
	}
	return actions(changes), nil
}

func drift(ctx context.Context, manager *ssa.ResourceManager, objects []*unstructured.Unstructured) ([]difference, error) {
	found := []difference{}
	for _, each := range objects {
		entry, live, merged, err := manager.Diff(ctx, each.DeepCopy(), ssa.DefaultDiffOptions())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", ssautil.FmtUnstructured(each), err)
		}
		if entry.Action == ssa.UnchangedAction {
			continue
		}
		one := difference{Object: name(each), Live: entry.Action.String()}
		if live != nil && merged != nil {
			one.Live, one.Wanted = ssautil.ObjectToYAML(live), ssautil.ObjectToYAML(merged)
		}
		found = append(found, one)
	}
	return found, nil
}

func actions(changes *ssa.ChangeSet) []change {
	found := []change{}
	for _, entry := range changes.Entries {
		found = append(found, change{Object: entry.Subject, Action: entry.Action.String()})
	}
	return found
}

func inventory(objects []*unstructured.Unstructured) []string {
	ids := []string{}
	for _, each := range objects {
		version := each.GroupVersionKind().Version
		ids = append(ids, object.UnstructuredToObjMetadata(each).String()+" "+version)
	}
	slices.Sort(ids)
	return ids
}

func parseInventory(id string) (object.ObjMetadata, string, error) {
	var text, version string
	if _, err := fmt.Sscan(id, &text, &version); err != nil {
		return object.ObjMetadata{}, "", fmt.Errorf("inventory entry %q: %w", id, err)
	}
	metadata, err := object.ParseObjMetadata(text)
	return metadata, version, err
}
