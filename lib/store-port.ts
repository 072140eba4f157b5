import type { Backend } from './api/backend.js'

/**
 * The TCP ports that a mover reaches a backend’s store at; none for a mounted volume, which the node reaches. Swift is
 * found through Keystone, whose own port is 5000; the addresses in its catalogue are known only at run time, and are
 * taken for those of https.
 */
export function storePorts({ s3, rest, swift, local }: Backend): readonly number[] {
  if (local !== undefined) return []
  if (swift !== undefined) return [443, 5000]
  const address = s3?.endpoint ?? rest?.url
  return [address === undefined ? 443 : portOf(address)]
}

function portOf(address: string): number {
  const { scheme, port } = /^(?:(?<scheme>https?):\/\/)?[^/]*?(?::(?<port>[0-9]+))?(?:\/|$)/.exec(address)?.groups ?? {}
  if (port !== undefined) return Number(port)
  if (scheme !== undefined) return scheme === 'http' ? 80 : 443
  // Of an s3 endpoint without a scheme restic takes https.
  return 443
}
