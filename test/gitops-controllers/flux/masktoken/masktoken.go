// Package masktoken stands in for Flux' masking of values in messages.
package masktoken

import "strings"

func MaskTokenFromString(text, token string) (string, error) {
	return strings.ReplaceAll(text, token, "*****"), nil
}
