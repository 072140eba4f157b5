package main

import (
	"context"

	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/util/settings"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
)

const argoNamespace = "argocd"

// Argo CD's settings as it reads them from the ConfigMap `argocd-cm`; everything that is not there has its default.
func argoSettings(ctx context.Context, data map[string]string) *settings.SettingsManager {
	labels := map[string]string{"app.kubernetes.io/part-of": "argocd"}
	meta := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Name: name, Namespace: argoNamespace, Labels: labels}
	}
	secret := map[string][]byte{"admin.password": []byte("unused"), "server.secretkey": []byte("unused")}
	client := fake.NewClientset(
		&corev1.ConfigMap{ObjectMeta: meta(common.ArgoCDConfigMapName), Data: data},
		&corev1.Secret{ObjectMeta: meta(common.ArgoCDSecretName), Data: secret},
	)
	return settings.NewSettingsManager(ctx, client, argoNamespace)
}
