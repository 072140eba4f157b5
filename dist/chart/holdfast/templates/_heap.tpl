{{- define "holdfast.heapOption" -}}
{{- $limit := dig "limits" "memory" "128Mi" .Values.resources -}}
{{- $unit := regexFind "([KMGTPE]i|[numkMGTPE])$" $limit -}}
{{- $factor := get (dict "" 1 "n" 1e-9 "u" 0.000001 "m" 0.001 "k" 1000 "M" 1000000 "G" 1000000000 "T" 1000000000000 "P" 1000000000000000 "E" 1000000000000000000 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 "Pi" 1125899906842624 "Ei" 1152921504606847000) $unit -}}
{{- $bytes := mulf (trimSuffix $unit $limit | float64) $factor | ceil | int64 -}}
{{- printf "--max-old-space-size=%d" (max 32 (div $bytes 2097152)) -}}
{{- end -}}
