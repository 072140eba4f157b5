/**
 * How the kubelet expands `$(NAME)` in command, args and env values: Kubernetes’ `expansion.Expand` and
 * `tryReadVariableName`, function by function (k8s.io/kubernetes/third_party/forked/golang/expansion/expand.go).
 */
export function kubeletExpand(input: string, environment: Readonly<Record<string, string>>): string {
  let written = ''
  let checkpoint = 0
  for (let cursor = 0; cursor < input.length; cursor += 1) {
    if (input[cursor] !== '$' || cursor + 1 >= input.length) continue
    written += input.slice(checkpoint, cursor)
    const { read, isVariable, advance } = tryReadVariableName(input.slice(cursor + 1))
    // A name without a value stays as it was written (MappingFuncFor).
    written += isVariable ? (environment[read] ?? `$(${read})`) : read
    cursor += advance
    checkpoint = cursor + 1
  }
  return written + input.slice(checkpoint)
}

function tryReadVariableName(input: string): { read: string; isVariable: boolean; advance: number } {
  if (input.startsWith('$')) return { read: '$', isVariable: false, advance: 1 }
  if (!input.startsWith('(')) return { read: `$${input.charAt(0)}`, isVariable: false, advance: 1 }
  const end = input.indexOf(')')
  return end < 0
    ? { read: '$(', isVariable: false, advance: 1 }
    : { read: input.slice(1, end), isVariable: true, advance: end + 1 }
}
