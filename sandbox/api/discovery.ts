import type { Fields } from './object.js'
import { apiVersionOf, type Resource, type ResourceCatalogue } from './resource.js'

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

/** The answer to a discovery path, or undefined when `path` is none. Shapes are those kubectl reads. */
export function discover(path: string, catalogue: ResourceCatalogue): Fields | undefined {
  const trimmed = path.replace(/\/$/, '')
  switch (trimmed) {
    case '/version':
      return version
    case '/api':
      return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }
    case '/apis':
      return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups(catalogue) }
    case '/openapi/v2':
      return { swagger: '2.0', info: { title: 'Kubernetes', version: version.gitVersion }, paths: {}, definitions: {} }
    case '/openapi/v3':
      return { paths: {} }
  }
  const match = /^\/(?:api\/(v1)|apis\/([^/]+)(?:\/([^/]+))?)$/.exec(trimmed)
  if (match === null) return undefined
  const [, core, group, groupVersion] = match
  if (core !== undefined) return resourceList('', core, catalogue)
  if (groupVersion !== undefined) return resourceList(group ?? '', groupVersion, catalogue)
  return groups(catalogue).find(candidate => candidate['name'] === group)
}

const version = {
  major: '1',
  minor: '37',
  gitVersion: 'v1.37.2-sandbox',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: `${process.platform}/${process.arch}`,
}

function groups(catalogue: ResourceCatalogue): Fields[] {
  const versions = new Map<string, Set<string>>()
  for (const { group, version: name } of catalogue.all()) {
    if (group !== '') versions.set(group, (versions.get(group) ?? new Set()).add(name))
  }
  return [...versions].map(([name, names]) => {
    const served = [...names].map(one => ({ groupVersion: `${name}/${one}`, version: one }))
    return { kind: 'APIGroup', apiVersion: 'v1', name, versions: served, preferredVersion: served[0] }
  })
}

function resourceList(group: string, name: string, catalogue: ResourceCatalogue): Fields | undefined {
  const served = catalogue.all().filter(resource => resource.group === group && resource.version === name)
  const [first] = served
  if (first === undefined) return undefined
  const resources = served.flatMap(entries)
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersionOf(first), resources }
}

function entries(resource: Resource): Fields[] {
  const { plural, singular, kind, namespaced, shortNames, categories } = resource
  const entry = { name: plural, singularName: singular, namespaced, kind, verbs, shortNames, categories }
  const sub = (name: string, ofKind: string, its: string[]): Fields => {
    return { name: `${plural}/${name}`, singularName: '', namespaced, kind: ofKind, verbs: its }
  }
  const list: Fields[] = [entry]
  if (resource.status) list.push(sub('status', kind, ['get', 'patch', 'update']))
  if (kind === 'Pod') {
    list.push(sub('log', kind, ['get']))
    list.push({ ...sub('eviction', 'Eviction', ['create']), group: 'policy', version: 'v1' })
  }
  return list
}
