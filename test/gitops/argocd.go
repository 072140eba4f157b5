package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/sync"
	synccommon "github.com/argoproj/argo-cd/gitops-engine/v3/pkg/sync/common"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/utils/kube"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/utils/tracing"
	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/argo"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"github.com/argoproj/argo-cd/v3/util/settings"
	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
)

type argoRequest struct {
	Application string            `json:"application"`
	Folders     []string          `json:"folders"`
	Settings    map[string]string `json:"settings"`
	// annotation, label or annotation+label: how an application knows its objects again.
	Tracking string `json:"tracking"`
	// Applies what differs, as the options of an Application's sync policy say, and prunes; without it only compares.
	Sync *struct {
		Options v1alpha1.SyncOptions `json:"options"`
		Prune   bool                 `json:"prune"`
	} `json:"sync"`
	// Kinds whose health no sync waits for: where no node runs pods, they never get well.
	HealthyKinds []string `json:"healthyKinds"`
}

type syncedObject struct {
	Object string `json:"object"`
	Status string `json:"status"`
	Wave   int    `json:"wave"`
	// Its place in the order in which objects were applied.
	Order   int    `json:"order"`
	Message string `json:"message"`
}

type argoAnswer struct {
	Phase   string         `json:"phase"`
	Message string         `json:"message"`
	Synced  []syncedObject `json:"synced"`
	Objects int            `json:"objects"`
	// By mode, the objects that it calls OutOfSync, each with what differs.
	Differences map[string][]difference `json:"differences"`
	// What a sync with prune would delete.
	Prunable []string `json:"prunable"`
}

// One application on one cluster, as the application controller sees it.
type argoApplication struct {
	argoRequest
	config    *rest.Config
	settings  *settings.SettingsManager
	overrides map[string]v1alpha1.ResourceOverride
	labelKey  string
	kubectl   *kube.KubectlCmd
	live      cache.ClusterCache
	desired   []*unstructured.Unstructured
}

// Syncs an application once, and then says in which of Argo CD's modes of comparison anything differs.
func runArgo(ctx context.Context, text []byte) (any, error) {
	var request argoRequest
	if err := json.Unmarshal(text, &request); err != nil {
		return nil, err
	}
	app, err := openArgo(ctx, request)
	if err != nil {
		return nil, err
	}
	answer := argoAnswer{Synced: []syncedObject{}, Prunable: []string{}, Differences: map[string][]difference{}}
	if request.Sync != nil {
		if err := app.sync(ctx, &answer); err != nil {
			return nil, err
		}
	}
	if err := app.live.EnsureSynced(); err != nil {
		return nil, err
	}
	reconciliation, err := app.compared()
	if err != nil {
		return nil, err
	}
	answer.Objects = len(app.desired)
	for index, target := range reconciliation.Target {
		if live := reconciliation.Live[index]; target == nil && app.prunes(live) {
			answer.Prunable = append(answer.Prunable, name(live))
		}
	}
	slices.Sort(answer.Prunable)
	answer.Differences, err = app.differences(ctx, reconciliation)
	return answer, err
}

func openArgo(ctx context.Context, request argoRequest) (*argoApplication, error) {
	config, err := clusterConfig()
	if err != nil {
		return nil, err
	}
	manager := argoSettings(ctx, request.Settings)
	overrides, err := manager.GetResourceOverrides()
	if err != nil {
		return nil, err
	}
	filter, err := manager.GetResourcesFilter()
	if err != nil {
		return nil, err
	}
	labelKey, err := manager.GetAppInstanceLabelKey()
	if err != nil {
		return nil, err
	}
	app := &argoApplication{
		argoRequest: request, config: config, settings: manager, overrides: overrides, labelKey: labelKey,
		kubectl: &kube.KubectlCmd{Log: logr.Discard(), Tracer: tracing.NopTracer{}},
	}
	app.live = cache.NewClusterCache(config,
		cache.SetLogr(logr.Discard()),
		cache.SetSettings(cache.Settings{ResourceHealthOverride: lua.ResourceHealthOverrides(overrides), ResourcesFilter: filter}),
		cache.SetPopulateResourceInfoHandler(app.resourceInfo),
	)
	if err := app.live.EnsureSynced(); err != nil {
		return nil, err
	}
	app.desired, err = app.tracked()
	return app, err
}

// The name of the application that a live object says it belongs to; only such objects are kept whole.
func (app *argoApplication) resourceInfo(object *unstructured.Unstructured, root bool) (any, bool) {
	owner := argo.NewResourceTracking().GetAppName(object, app.labelKey, v1alpha1.TrackingMethod(app.Tracking), "")
	if !root {
		owner = ""
	}
	return owner, owner != "" || object.GetKind() == kube.CustomResourceDefinitionKind
}

// The objects of git, with what the repo server adds so that the application knows them again.
func (app *argoApplication) tracked() ([]*unstructured.Unstructured, error) {
	objects, err := plainObjects(app.Folders)
	if err != nil {
		return nil, err
	}
	method := v1alpha1.TrackingMethod(app.Tracking)
	for _, object := range objects {
		if object.GetKind() == kube.CustomResourceDefinitionKind {
			continue
		}
		err := argo.NewResourceTracking().SetAppInstance(object, app.labelKey, app.Application, "", method, "")
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name(object), err)
		}
	}
	return objects, nil
}

func (app *argoApplication) compared() (sync.ReconciliationResult, error) {
	managed := func(resource *cache.Resource) bool { return resource.Info == app.Application }
	live, err := app.live.GetManagedLiveObjs(app.desired, managed)
	if err != nil {
		return sync.ReconciliationResult{}, err
	}
	return sync.Reconcile(app.desired, live, "", app.live), nil
}

// Whether a sync with prune deletes a live object that git does not have.
func (app *argoApplication) prunes(live *unstructured.Unstructured) bool {
	option := live.GetAnnotations()["argocd.argoproj.io/sync-options"]
	return live.GetDeletionTimestamp() == nil && !slices.Contains(splitOptions(option), "Prune=false")
}

// One sync operation: like the controller, it looks at the cluster anew until all waves are done.
func (app *argoApplication) sync(ctx context.Context, answer *argoAnswer) error {
	var results []synccommon.ResourceSyncResult
	phase, message := synccommon.OperationRunning, ""
	startedAt := metav1.Now()
	for {
		initial := sync.WithInitialState(phase, message, results, startedAt)
		operation, cleanup, err := app.operation(initial)
		if err != nil {
			return err
		}
		operation.Sync(ctx)
		cleanup()
		phase, message, results = operation.GetState()
		if phase.Completed() {
			answer.Phase, answer.Message = string(phase), message
			answer.Synced = app.syncedObjects(results)
			// The cache learns by watching; a new list leaves nothing to time.
			app.live.Invalidate()
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the sync did not end: %s: %s", phase, message)
		case <-time.After(500 * time.Millisecond):
		}
	}
}

func (app *argoApplication) operation(initial sync.SyncOpt) (sync.SyncContext, func(), error) {
	reconciliation, err := app.compared()
	if err != nil {
		return nil, nil, err
	}
	propagation := metav1.DeletePropagationForeground
	return sync.NewSyncContext("revision", reconciliation, app.config, app.config, app.kubectl, "",
		initial,
		sync.WithLogr(logr.Discard()),
		sync.WithHealthOverride(exceptKinds{lua.ResourceHealthOverrides(app.overrides), app.HealthyKinds}),
		sync.WithOperationSettings(false, app.Sync.Prune, false, false),
		sync.WithManifestValidation(true),
		sync.WithPrunePropagationPolicy(&propagation),
		sync.WithServerSideApply(app.Sync.Options.HasOption(synccommon.SyncOptionServerSideApply)),
		sync.WithPruneLast(app.Sync.Options.HasOption(synccommon.SyncOptionPruneLast)),
		sync.WithServerSideApplyManager(common.ArgoCDSSAManager),
	)
}
