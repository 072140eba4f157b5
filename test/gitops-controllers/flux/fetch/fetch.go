// Package fetch stands in for Flux' download of a source's archive: over HTTP, checked against its digest, unpacked.
package fetch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/fluxcd/pkg/tar"
	"github.com/go-logr/logr"
)

var (
	ErrFileNotFound   = errors.New("file not found")
	ErrDigestMismatch = errors.New("digest mismatch")
)

type ArchiveFetcher struct {
	untar []tar.Option
}

type Option func(*ArchiveFetcher)

func WithUntar(options ...tar.Option) Option {
	return func(fetcher *ArchiveFetcher) { fetcher.untar = options }
}

func WithLogger(logger logr.Logger) Option { return func(*ArchiveFetcher) {} }

func WithRetries(retries int) Option { return func(*ArchiveFetcher) {} }

func WithMaxDownloadSize(bytes int) Option { return func(*ArchiveFetcher) {} }

func WithHostnameOverwrite(hostname string) Option { return func(*ArchiveFetcher) {} }

func WithTLSConfig(config *tls.Config) Option { return func(*ArchiveFetcher) {} }

func New(options ...Option) *ArchiveFetcher {
	fetcher := &ArchiveFetcher{}
	for _, option := range options {
		option(fetcher)
	}
	return fetcher
}

func (fetcher *ArchiveFetcher) FetchWithContext(ctx context.Context, url, digest, folder string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusNotFound {
		return fmt.Errorf("%s: %w", url, ErrFileNotFound)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, response.Status)
	}
	archive, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(archive)
	if digest != "sha256:"+hex.EncodeToString(sum[:]) {
		return fmt.Errorf("%s: %w", url, ErrDigestMismatch)
	}
	return tar.Untar(bytes.NewReader(archive), folder, fetcher.untar...)
}
