/**
 * Expands `$(NAME)` in env values, command and args exactly as Kubernetes does: an unknown name stays as it is
 * written, and `$$(NAME)` is the escape for a literal `$(NAME)`.
 */
export function expand(input: string, variables: Readonly<Record<string, string>>): string {
  let out = ''
  let position = 0
  while (position < input.length) {
    const dollar = input.indexOf('$', position)
    if (dollar < 0 || dollar + 1 >= input.length) return out + input.slice(position)
    out += input.slice(position, dollar)
    const rest = input.slice(dollar + 1)
    const end = rest.startsWith('(') ? rest.indexOf(')') : -1
    if (end > 0) {
      const name = rest.slice(1, end)
      out += Object.hasOwn(variables, name) ? variables[name] : `$(${name})`
      position = dollar + 1 + end + 1
    } else {
      out += rest.startsWith('$') ? '$' : rest.startsWith('(') ? '$(' : `$${rest[0]}`
      position = dollar + 2
    }
  }
  return out
}
