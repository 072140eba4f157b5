// Package decryptor stands in for Flux' SOPS, which a Kustomization without `decryption` does not use.
package decryptor

import (
	"context"
	"errors"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/cache"
	"github.com/fluxcd/pkg/spiffe/broker"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/kustomize/api/resource"
)

type Decryptor struct {
	asked bool
}

type Option func()

func WithRoot(root string) Option { return nil }

func WithTokenCache(cache cache.TokenCache) Option { return nil }

func WithSPIFFEBroker(broker broker.Interface) Option { return nil }

func WithDefaultServiceAccount(name string) Option { return nil }

func WithSOPSAgeSecret(name, namespace string) Option { return nil }

func WithVaultConfigMap(name, namespace string) Option { return nil }

func New(_ client.Client, kustomization *kustomizev1.Kustomization, _ ...Option) (*Decryptor, func(), error) {
	return &Decryptor{asked: kustomization.Spec.Decryption != nil}, func() {}, nil
}

func IsDecryptionDisabled(annotations map[string]string) bool { return false }

func IsEncryptedSecret(object *unstructured.Unstructured) bool {
	return object.GetKind() == "Secret" && object.Object["sops"] != nil
}

func (decryptor *Decryptor) ImportKeys(ctx context.Context) error {
	if decryptor.asked {
		return errors.New("this controller was built without SOPS")
	}
	return nil
}

func (*Decryptor) SetAuthOptions(ctx context.Context) error { return nil }

func (*Decryptor) DecryptSources(folder string) error { return nil }

func (*Decryptor) DecryptResource(*resource.Resource) (*resource.Resource, error) { return nil, nil }
