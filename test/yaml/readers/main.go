// Command readers says what each Go reader of YAML makes of a document.
//
// Every line of the standard input is one document, written as a JSON string. Every line of the output is its
// answer: {"reader": {"value": …} or {"error": "…"}, …}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"

	v2 "go.yaml.in/yaml/v2"
	v3 "go.yaml.in/yaml/v3"
	sigs "sigs.k8s.io/yaml"
)

type answer struct {
	Value json.RawMessage `json:"value,omitempty"`
	Error string          `json:"error,omitempty"`
}

// plain turns what go-yaml returns into what encoding/json can write. What is no JSON shows its type, so that a key
// read as a number or a text read as a time can be told from the text that was meant.
func plain(value any) any {
	switch typed := value.(type) {
	case map[any]any:
		fields := make(map[string]any, len(typed))
		for key, field := range typed {
			name, isText := key.(string)
			if !isText {
				name = fmt.Sprintf("!!%T %v", key, key)
			}
			fields[name] = plain(field)
		}
		return fields
	case map[string]any:
		for key, field := range typed {
			typed[key] = plain(field)
		}
		return typed
	case []any:
		for index, item := range typed {
			typed[index] = plain(item)
		}
		return typed
	case time.Time:
		return fmt.Sprintf("!!time %v", typed)
	default:
		return value
	}
}

func encode(value any) answer {
	text, err := json.Marshal(plain(value))
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Value: text}
}

func decode(document []byte, unmarshal func([]byte, any) error) answer {
	var value any
	if err := unmarshal(document, &value); err != nil {
		return answer{Error: err.Error()}
	}
	return encode(value)
}

func readSigs(document []byte) answer {
	text, err := sigs.YAMLToJSONStrict(document)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Value: text}
}

func main() {
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	decoder := json.NewDecoder(bufio.NewReaderSize(os.Stdin, 1<<20))
	encoder := json.NewEncoder(out)
	for decoder.More() {
		var document string
		if err := decoder.Decode(&document); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		text := []byte(document)
		if err := encoder.Encode(map[string]answer{
			"sigs.k8s.io/yaml": readSigs(text),
			"go-yaml v2":       decode(text, func(in []byte, into any) error { return v2.Unmarshal(in, into) }),
			"go-yaml v3":       decode(text, func(in []byte, into any) error { return v3.Unmarshal(in, into) }),
		}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
