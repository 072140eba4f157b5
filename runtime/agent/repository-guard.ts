import { readdirSync } from 'node:fs'
import { isFullId } from '../../lib/restic/messages.js'
import type { Clock } from '../kube/clock.js'

export interface RepositoryGuard {
  /** Aborted as soon as restic has opened another repository than the known one. */
  readonly replaced: AbortSignal
  readonly message: () => string
  readonly stop: () => void
}

const lookEveryMilliseconds = 100

/**
 * Watches restic’s cache, where a folder named by the repository’s id appears as soon as it is opened: so a backup
 * into a repository that took the known one’s place is stopped without a further restic call. It may miss; the step
 * that confirms the snapshots compares the ids again.
 */
export function watchRepositoryId(clock: Clock, cacheDir: string | undefined, knownId: string): RepositoryGuard {
  const replaced = new AbortController()
  let found = ''
  const before = new Set(cacheDir === undefined ? [] : idsIn(cacheDir))
  const look = () => {
    const other = cacheDir === undefined ? undefined : idsIn(cacheDir).find(id => !before.has(id) && id !== knownId)
    if (other === undefined) lookLater()
    else {
      found = other
      replaced.abort()
    }
  }
  let stop = () => {}
  const lookLater = () => {
    stop = clock.after(lookEveryMilliseconds, look)
  }
  if (cacheDir !== undefined && knownId !== '') lookLater()
  return {
    replaced: replaced.signal,
    message: () => replacedMessage(knownId, found),
    stop: () => stop(),
  }
}

export const replacedMessage = (known: string, found: string): string =>
  `the backend holds repository ${found.slice(0, 8)}…, and not ${known.slice(0, 8)}… as before; nothing was trusted`

function idsIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter(isFullId)
  } catch {
    // restic has not made it yet.
    return []
  }
}
