package main

import (
	"os/signal"
	"syscall"

	"github.com/alicebob/miniredis/v2"
	"github.com/spf13/cobra"
)

// Where Argo CD's two programs leave what the other wants to know. It forgets nothing before it ends.
func newRedis() *cobra.Command {
	var address string
	command := &cobra.Command{Use: redis, RunE: func(command *cobra.Command, _ []string) error {
		ctx, stop := signal.NotifyContext(command.Context(), syscall.SIGTERM)
		defer stop()
		server := miniredis.NewMiniRedis()
		if err := server.StartAddr(address); err != nil {
			return err
		}
		defer server.Close()
		<-ctx.Done()
		return nil
	}}
	command.Flags().StringVar(&address, "address", "127.0.0.1:6379", "where it listens")
	return command
}
