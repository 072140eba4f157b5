package main

import (
	"context"
	"strings"

	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/diff"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/health"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/sync"
	synccommon "github.com/argoproj/argo-cd/gitops-engine/v3/pkg/sync/common"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/sync/syncwaves"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/utils/kube"
	"github.com/argoproj/argo-cd/v3/common"
	argodiff "github.com/argoproj/argo-cd/v3/util/argo/diff"
	"github.com/argoproj/argo-cd/v3/util/argo/normalizers"
	argokube "github.com/argoproj/argo-cd/v3/util/kube"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

type difference struct {
	Object string `json:"object"`
	Live   string `json:"live"`
	Wanted string `json:"wanted"`
}

func name(object *unstructured.Unstructured) string {
	return objectName(kube.GetResourceKey(object))
}

func objectName(key kube.ResourceKey) string {
	return strings.TrimPrefix(key.Group+"/"+key.Kind+" "+key.Namespace+"/"+key.Name, "/")
}

func splitOptions(options string) []string {
	parts := strings.Split(options, ",")
	for index, part := range parts {
		parts[index] = strings.TrimSpace(part)
	}
	return parts
}

// What Argo CD calls OutOfSync: by its three-way comparison on the client, and by a dry run on the server.
func (app *argoApplication) differences(
	ctx context.Context, reconciliation sync.ReconciliationResult,
) (map[string][]difference, error) {
	found := map[string][]difference{}
	for mode, serverSide := range map[string]bool{"client-side": false, "server-side": true} {
		differences, err := app.differencesBy(ctx, reconciliation, serverSide)
		if err != nil {
			return nil, err
		}
		found[mode] = differences
	}
	return found, nil
}

func (app *argoApplication) differencesBy(
	ctx context.Context, reconciliation sync.ReconciliationResult, serverSide bool,
) ([]difference, error) {
	options, err := app.settings.GetResourceCompareOptions()
	if err != nil {
		return nil, err
	}
	applier, cleanup, err := argokube.ManageServerSideDiffDryRuns(app.config, nil)
	if err != nil {
		return nil, err
	}
	defer cleanup()
	config, err := argodiff.NewDiffConfigBuilder().
		WithDiffSettings(nil, app.overrides, options.IgnoreAggregatedRoles, normalizers.IgnoreNormalizerOpts{}).
		WithTracking(app.labelKey, app.Tracking).
		WithNoCache().
		WithGVKParser(app.live.GetGVKParser()).
		WithManager(common.ArgoCDSSAManager).
		WithServerSideDiff(serverSide).
		WithServerSideDryRunner(diff.NewK8sServerSideDryRunner(applier)).
		Build()
	if err != nil {
		return nil, err
	}
	results, err := argodiff.StateDiffs(ctx, reconciliation.Live, reconciliation.Target, config)
	if err != nil {
		return nil, err
	}
	found := []difference{}
	for index, target := range reconciliation.Target {
		result := results.Diffs[index]
		// What git does not have is a matter of pruning.
		if target == nil || !result.Modified {
			continue
		}
		found = append(found, difference{name(target), string(result.NormalizedLive), string(result.PredictedLive)})
	}
	return found, nil
}

func (app *argoApplication) syncedObjects(results []synccommon.ResourceSyncResult) []syncedObject {
	waves := map[kube.ResourceKey]int{}
	for _, object := range app.desired {
		waves[kube.GetResourceKey(object)] = syncwaves.Wave(object)
	}
	synced := []syncedObject{}
	for _, result := range results {
		synced = append(synced, syncedObject{
			Object: objectName(result.ResourceKey), Status: string(result.Status), Wave: waves[result.ResourceKey],
			Order: result.Order, Message: result.Message,
		})
	}
	return synced
}

// Health as Argo CD sees it, except for kinds that cannot get well where no node runs pods.
type exceptKinds struct {
	health.HealthOverride
	kinds []string
}

func (override exceptKinds) GetResourceHealth(object *unstructured.Unstructured) (*health.HealthStatus, error) {
	for _, kind := range override.kinds {
		if object.GetKind() == kind {
			return &health.HealthStatus{Status: health.HealthStatusHealthy}, nil
		}
	}
	return override.HealthOverride.GetResourceHealth(object)
}
