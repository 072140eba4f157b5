import type { ApiCall } from '../../../sandbox/api/reply.js'
import type { Request } from '../point.js'

const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }

/** What a call asks for, in the words of an audit log; undefined for what is no request for objects. */
export function requestOf({ method, path }: Pick<ApiCall, 'method' | 'path'>, body: string): Request | undefined {
  const { pathname, searchParams } = new URL(path, 'http://api')
  const [root, ...rest] = pathname
    .split('/')
    .filter(part => part !== '')
    .map(decodeURIComponent)
  if (root !== 'api' && root !== 'apis') return undefined
  const [group, , ...address] = root === 'api' ? ['', ...rest] : rest
  const inNamespace = address[0] === 'namespaces' && address.length >= 3
  const [plural, name, subresource] = inNamespace ? address.slice(2) : address
  if (plural === undefined) return undefined
  const resource = `${plural}${group === '' || group === undefined ? '' : `.${group}`}`
  const reads = searchParams.has('watch') ? 'watch' : name === undefined ? 'list' : 'get'
  return {
    verb: verbs[method] ?? reads,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    namespace: inNamespace ? address[1] : undefined,
    name,
    ...(body === '' ? {} : { body: JSON.parse(body) }),
  }
}
