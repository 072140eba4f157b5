// Package spiffe stands in for Flux' TLS between its controllers, which is off unless its flags are given.
package spiffe

import (
	"crypto/tls"
	"errors"
)

const (
	ControllerFlagAuthorizedArtifactServerSPIFFEID = "authorized-artifact-server-spiffe-id"
	ControllerFlagAuthorizedEventServerSPIFFEID    = "authorized-event-server-spiffe-id"
	ControllerFlagSPIFFEBrokerEndpoint             = "spiffe-broker-endpoint"
	ControllerFlagSPIFFEBrokerID                   = "spiffe-broker-id"
)

var errAbsent = errors.New("this controller was built without SPIFFE")

func BuildTLSConfig(source any, ids ...string) (*tls.Config, error) { return nil, errAbsent }
