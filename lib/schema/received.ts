const longest = 60
// Values under such names are never repeated, whatever the problem with them is.
const sensitive = /pass(word|phrase|wd)?|secret|token|credential|private|(^|_|access|account)key$/i
// The name of a Secret is no secret.
const reference = /(names?|refs?)$/i
const userInfo = /(\/\/)[^/@\s]*@/g

/** A field path as a person writes it: `spec.target.paths[0]`, `spec.labels['app.kubernetes.io/name']`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    const name = String(key)
    if (!/^[A-Za-z_$][\w$-]*$/.test(name)) return `${text}['${name}']`
    return text === '' ? name : `${text}.${name}`
  }, '')
}

/**
 * What was found, short enough for a message and without credentials: fields named like a password, key or secret show
 * only their type, and the user info of addresses is left out.
 */
export function describeReceived(value: unknown, path: readonly PropertyKey[]): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return 'an object'
  if (path.some(isSensitive)) return `a ${typeof value} (not shown)`
  const text = typeof value === 'string' ? JSON.stringify(value.replace(userInfo, '$1***@')) : String(value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

function isSensitive(key: PropertyKey): boolean {
  return typeof key === 'string' && sensitive.test(key) && !reference.test(key)
}
