// The engines of Argo CD and Flux as a program: it reads one request in JSON from standard input, does to a cluster what
// the tool would do, and writes what it found as JSON. Tests of the promises about GitOps run it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/go-logr/logr"
	"github.com/sirupsen/logrus"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// What a request asks for, by name.
var commands = map[string]func(ctx context.Context, request []byte) (any, error){
	"argocd":       runArgo,
	"flux":         runFlux,
	"health":       runHealth,
	"substitution": runSubstitution,
	"bootstrap":    runBootstrap,
}

// No engine may take longer for what a test hands to it.
const longest = 4 * time.Minute

func main() {
	klog.SetLogger(logr.Discard())
	log.SetLogger(logr.Discard())
	logrus.SetOutput(io.Discard)
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 || commands[os.Args[1]] == nil {
		return fmt.Errorf("usage: gitops argocd|flux|health|substitution|bootstrap < request.json; got %q", os.Args[1:])
	}
	request, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	answer, err := commands[os.Args[1]](ctx, request)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(answer)
}

// The cluster of KUBECONFIG, without a limit of our own on how often it is asked.
func clusterConfig() (*rest.Config, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, nil).ClientConfig()
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 500, 1000
	return config, nil
}
