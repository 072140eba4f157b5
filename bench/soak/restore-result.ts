/** What one restore did, compared with what its snapshot may hold. */
export interface RestoreResult {
  readonly name: string
  readonly ended: string
  readonly files: number
  readonly problems: readonly string[]
}
