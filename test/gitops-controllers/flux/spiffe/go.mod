module github.com/fluxcd/pkg/spiffe

go 1.26.0
