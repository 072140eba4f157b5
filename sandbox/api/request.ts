import { badRequest, unknownPath } from './api-error.js'
import type { Resource, ResourceCatalogue } from './resource.js'

/** A request for objects, read from method, path and query: Kubernetes' `RequestInfo`. */
export interface ApiRequest {
  readonly verb: Verb
  readonly resource: Resource
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly subresource: string | undefined
  readonly query: URLSearchParams
}

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection'

/** Throws 404 for a path no resource serves. */
export function readRequest(method: string, url: URL, catalogue: ResourceCatalogue): ApiRequest {
  const parts = url.pathname
    .split('/')
    .filter(part => part !== '')
    .map(decodeURIComponent)
  const [root, ...rest] = parts
  const [group, version, ...path] = root === 'api' ? ['', ...rest] : rest
  if ((root !== 'api' && root !== 'apis') || group === undefined || version === undefined) throw unknownPath()
  const inNamespace = path[0] === 'namespaces' && path.length >= 3 && path[2] !== 'status' && path[2] !== 'finalize'
  const [plural, name, subresource] = inNamespace ? path.slice(2) : path
  const resource = plural === undefined ? undefined : catalogue.find(group, version, plural)
  if (resource === undefined) throw unknownPath()
  const namespace = inNamespace ? path[1] : undefined
  return {
    verb: verbOf(method, name, url.searchParams),
    resource,
    namespace,
    name,
    subresource,
    query: url.searchParams,
  }
}

function verbOf(method: string, name: string | undefined, query: URLSearchParams): Verb {
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (isOn(query, 'watch')) return 'watch'
      return name === undefined ? 'list' : 'get'
    case 'POST':
      return 'create'
    case 'PUT':
      return 'update'
    case 'PATCH':
      return 'patch'
    case 'DELETE':
      return name === undefined ? 'deletecollection' : 'delete'
    default:
      throw badRequest(`unsupported method ${method}`)
  }
}

/** `watch=true`, `watch=1` and, from kubectl, an empty `watch=` all mean yes. */
export function isOn(query: URLSearchParams, name: string): boolean {
  const value = query.get(name)
  return value !== null && value !== 'false' && value !== '0'
}

export function isDryRun(query: URLSearchParams): boolean {
  return query.getAll('dryRun').includes('All')
}
