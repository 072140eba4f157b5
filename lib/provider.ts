export const providers = ['s3', 'gcs', 'azure', 'b2', 'swift', 'rest', 'local'] as const
/** The kind of store, as in Stash’s `provider` strings. */
export type Provider = (typeof providers)[number]

/** An object with a field per kind of store, of which a valid backend has one. */
type StoreByKind = { readonly [provider in Provider]?: unknown }

/** Which store a valid backend is. Throws RangeError for one that names none. */
export function providerOf(backend: StoreByKind): Provider {
  const provider = providers.find(candidate => backend[candidate] !== undefined)
  if (provider === undefined) throw new RangeError(`a backend is exactly one of ${providers.join(', ')}; got none`)
  return provider
}
