/** Whether a pattern of restic’s exclude and include flags matches a path: anchored with a leading slash, else anywhere. */
export function matches(pattern: string, path: string): boolean {
  const parts = pattern.split('/').filter(part => part !== '')
  const components = path.split('/').filter(part => part !== '')
  if (pattern.startsWith('/')) return beginsWith(parts, components)
  return components.some((_, at) => beginsWith(parts, components.slice(at)))
}

/** What matches a folder matches everything in it. */
function beginsWith(parts: readonly string[], components: readonly string[]): boolean {
  const [part, ...rest] = parts
  if (part === undefined) return true
  if (part === '**') return components.some((_, at) => beginsWith(rest, components.slice(at)))
  const [component, ...others] = components
  return component !== undefined && glob(part).test(component) && beginsWith(rest, others)
}

function glob(part: string): RegExp {
  const source = part.replace(/\\(.)|\*|\?|\[[^\]]+\]|[.+^${}()|]/g, (found, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    if (found === '*') return '.*'
    if (found === '?') return '.'
    return found.startsWith('[') ? found : `\\${found}`
  })
  return new RegExp(`^${source}$`)
}

/** Whether a list of include patterns selects a path: the last that matches decides, `!` takes back. */
export function includes(patterns: readonly string[], path: string): boolean {
  const last = patterns.filter(pattern => matches(pattern.replace(/^!/, ''), path)).at(-1)
  return last !== undefined && !last.startsWith('!')
}
