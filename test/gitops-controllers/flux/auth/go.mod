module github.com/fluxcd/pkg/auth

go 1.26.0
