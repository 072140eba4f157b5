import type { FleetRepository } from '../fleet/repository.js'
import { providerOf } from '../provider.js'

/**
 * Why a repository is lost with its cluster: it lies on a volume, or at a name that only the cluster resolves.
 * Undefined when it lies elsewhere, as far as its address says.
 */
export function clusterBound({ spec }: FleetRepository): string | undefined {
  const { backend } = spec
  if (providerOf(backend) === 'local') return 'a volume of this cluster'
  const address = backend.s3?.endpoint ?? backend.rest?.url
  if (address === undefined) return undefined
  const host = hostName(address)
  return host === undefined || isInternal(host) ? `${host ?? address}, an address of this cluster` : undefined
}

function hostName(address: string): string | undefined {
  try {
    return new URL(/^https?:\/\//.test(address) ? address : `https://${address}`).hostname
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

// A name of one label is a Service of the policy’s own namespace; those of others end in `.svc`.
function isInternal(absolute: string): boolean {
  const host = absolute.replace(/\.$/, '')
  const isAddress = /^[0-9.]+$/.test(host) || host.startsWith('[')
  if (isAddress) return /^127\.|^169\.254\.|^\[::1\]$/.test(host)
  return !host.includes('.') || /\.svc(\.|$)/.test(host) || /\.(cluster\.local|local|localhost)$/.test(host)
}
