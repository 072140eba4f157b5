// Argo CD's application controller and repo server as one program, as Argo CD itself ships them, and the Redis that they
// need: what it is called says which of them it is. Nothing else of Argo CD is in it.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	controller "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	reposerver "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
	"github.com/argoproj/argo-cd/v3/common"
	"github.com/spf13/cobra"
)

const redis = "redis"

var programs = map[string]func() *cobra.Command{
	common.CommandApplicationController: controller.NewCommand,
	common.CommandRepoServer:            reposerver.NewCommand,
	redis:                               newRedis,
}

func main() {
	program := programs[filepath.Base(os.Args[0])]
	if program == nil {
		fmt.Fprintf(os.Stderr, "%s is none of the programs that are here\n", os.Args[0])
		os.Exit(2)
	}
	if err := program().ExecuteContext(context.Background()); err != nil {
		os.Exit(1)
	}
}
