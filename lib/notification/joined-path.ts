/** A path and query with more of both behind it: path behind path, query behind query. */
export function joinedPath(first: string, more: string): string {
  const [own = '', ownQuery] = split(first)
  const [path = '', query] = split(more)
  const joined = path === '' ? own : `${own.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`
  const both = [ownQuery, query].filter(part => part !== undefined && part !== '').join('&')
  return both === '' ? joined : `${joined}?${both}`
}

const split = (path: string): (string | undefined)[] => {
  const at = path.indexOf('?')
  return at < 0 ? [path] : [path.slice(0, at), path.slice(at + 1)]
}
