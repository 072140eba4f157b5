// Package auth stands in for Flux' sign-in to clouds, of which a Kustomization without a kubeConfig uses nothing.
package auth

import (
	"github.com/fluxcd/pkg/cache"
	"github.com/fluxcd/pkg/spiffe/broker"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	ControllerFlagDefaultServiceAccount           = "default-service-account"
	ControllerFlagDefaultDecryptionServiceAccount = "default-decryption-service-account"
	ControllerFlagDefaultKubeConfigServiceAccount = "default-kubeconfig-service-account"

	FeatureGateObjectLevelWorkloadIdentity                 = "ObjectLevelWorkloadIdentity"
	FeatureGateObjectLevelWorkloadIdentityRetirementReason = "it is always on"
)

type Option func()

func WithObject(group, kind string, object client.Object) Option { return nil }

func WithSPIFFEBroker(broker broker.Interface) Option { return nil }

func WithCache(cache cache.TokenCache) Option { return nil }

func WithCacheOperation(operation string) Option { return nil }
