/** What a request asks of an S3 store, in the words of its price list. */
export const operationKinds = ['PUT', 'GET', 'LIST', 'HEAD', 'DELETE'] as const
export type OperationKind = (typeof operationKinds)[number]

/** Requests by kind, and the bytes of their bodies. */
export interface Operations extends Record<OperationKind, number> {
  /** Bytes that the store was sent. */
  readonly sent: number
  /** Bytes that it answered with. */
  readonly received: number
}

export const noOperations: Operations = { PUT: 0, GET: 0, LIST: 0, HEAD: 0, DELETE: 0, sent: 0, received: 0 }

/**
 * The kind of a request to a store whose buckets are the first part of a path. A GET of a bucket with a prefix is a
 * LIST; the other questions about it (`?location`) are priced as GETs, and POSTs (multipart uploads, deletions of many)
 * as PUTs (Amazon S3 pricing: requests).
 */
export function kindOf(method: string, url: string): OperationKind {
  const { pathname, searchParams } = new URL(url, 'http://store')
  const isBucket = pathname.split('/').filter(Boolean).length <= 1
  if (method === 'GET')
    return isBucket && (searchParams.has('list-type') || searchParams.has('prefix')) ? 'LIST' : 'GET'
  if (method === 'HEAD' || method === 'DELETE') return method
  return 'PUT'
}

/** Operations together. */
export function added(one: Operations, other: Operations): Operations {
  const keys = Object.keys(noOperations) as (keyof Operations)[]
  return Object.fromEntries(keys.map(key => [key, one[key] + other[key]])) as unknown as Operations
}
