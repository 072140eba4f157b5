/** What an image was made from, as `build/provenance.json` says it. */
export interface ImageFacts {
  readonly id: string
  readonly base: { readonly name: string; readonly digest: string }
  readonly commit: string
  readonly clean: boolean
  /** Lines of sha256sum with a version after them. */
  readonly programs: readonly string[]
  /** Lines `name version`. */
  readonly packages: readonly string[]
}
export declare function provenanceOf(image: string, facts: ImageFacts): unknown
export declare function writeProvenance(image: string): void
