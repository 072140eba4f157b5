import type { Container, Pod } from '../api/kinds.js'

/** The value of a downward API field; throws for a path the kubelet does not know. */
export function fieldValue(pod: Pod, path: string): string {
  const { metadata, spec, status } = pod
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path)
  if (keyed !== null) return (keyed[1] === 'labels' ? metadata.labels : metadata.annotations)?.[keyed[2] ?? ''] ?? ''
  switch (path) {
    case 'metadata.name':
      return metadata.name
    case 'metadata.namespace':
      return metadata.namespace ?? ''
    case 'metadata.uid':
      return metadata.uid
    case 'metadata.labels':
      return lines(metadata.labels)
    case 'metadata.annotations':
      return lines(metadata.annotations)
    case 'spec.nodeName':
      return spec.nodeName ?? ''
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? ''
    case 'status.podIP':
    case 'status.hostIP':
      return status.podIP ?? '127.0.0.1'
    default:
      throw new Error(`unsupported fieldPath: ${path}`)
  }
}

function lines(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n')
}

/** `requests.cpu`, `limits.memory`: whole units of the divisor, rounded up; 0 for what is not set. */
export function resourceValue(container: Container, resource: string, divisor = '1'): string {
  const [list, name = ''] = resource.split('.', 2)
  const quantities = list === 'limits' ? container.resources?.limits : container.resources?.requests
  return String(Math.ceil(quantity(quantities?.[name] ?? '0') / quantity(divisor === '0' ? '1' : divisor)))
}

const suffixes: Record<string, number> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
}

function quantity(text: string): number {
  const match = /^([0-9.]+)([A-Za-z]*)$/.exec(text)
  return Number(match?.[1] ?? 0) * (suffixes[match?.[2] ?? ''] ?? 1)
}
