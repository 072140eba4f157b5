import { type Access, unlockCommand } from '../../lib/restic/command.js'
import { deadline } from './deadline.js'
import type { Pod } from './pod.js'
import { runProcess } from './restic-process.js'

interface Opened {
  readonly access: Access
  readonly pod: Pod
  readonly variables: Readonly<Record<string, string>>
}

/** How long the store may take. */
const patience = 60_000
// A pod that was told to stop has given restic 40 of its 60 seconds by then, and still has to report.
const patienceWhenStopped = 10_000
const graceSeconds = 2

/**
 * How often `unlock` runs to remove the locks of another container. In each one process ids begin anew: the first restic here
 * easily has the very id that a lock names, takes itself for the holder and says nothing. The next one has another id.
 */
export const looksAfterAnother = 2

/**
 * Removes the locks that nobody holds any more, as restic itself judges them: those of this host name whose process
 * is not running here, and those that were not renewed for 30 minutes. Never fails: a lock that cannot be removed stays
 * until an `unlock` finds it older than that, and the log says why. `looks` is how often it runs, once by default.
 */
export async function removeDeadLocks(opened: Opened, looks = 1): Promise<void> {
  const { asked, signal } = opened.pod.stop
  const limit = deadline(opened.pod.host.clock, asked ? patienceWhenStopped : patience)
  const until = asked ? limit.signal : AbortSignal.any([limit.signal, signal])
  try {
    for (let look = 0; look < looks; look++) if (!(await unlock(opened, until))) return
  } finally {
    limit.lift()
  }
}

async function unlock({ access, pod, variables }: Opened, signal: AbortSignal): Promise<boolean> {
  let words = ''
  const end = await runProcess(pod.host, unlockCommand(access), {
    env: variables,
    signal,
    graceSeconds,
    wrapper: [],
    onStdout: line => 'text' in line && pod.log(`restic: ${line.text}`),
    onStderr: line => {
      words = 'text' in line ? line.text : line.raw
    },
  })
  if (end.code === 0) return true
  const how = end.startError ?? (end.code === null ? `signal ${end.signal}` : `exit code ${end.code}`)
  pod.log(`locks of dead processes could not be removed (${how}): ${words}`)
  return false
}
