import type { Backend } from './api/backend.js'

/**
 * The TCP port that a mover reaches a backend’s store at; undefined for a mounted volume, which the node reaches.
 * Swift’s own addresses come from its catalogue, at run time: its port is https’ by default.
 */
export function storePort({ s3, rest, local }: Backend): number | undefined {
  if (local !== undefined) return undefined
  const address = s3?.endpoint ?? rest?.url
  if (address === undefined) return 443
  const { scheme, port } = /^(?:(?<scheme>https?):\/\/)?[^/]*?(?::(?<port>[0-9]+))?(?:\/|$)/.exec(address)?.groups ?? {}
  if (port !== undefined) return Number(port)
  if (scheme !== undefined) return scheme === 'http' ? 80 : 443
  // Of an s3 endpoint without a scheme restic takes https.
  return 443
}
