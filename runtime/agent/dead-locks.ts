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
 * Removes the locks that nobody holds any more, as restic itself judges them: those of this host name whose process
 * is not running here, and those that were not renewed for 30 minutes. Never fails: a lock that cannot be removed
 * stays until restic calls it stale, and the log says why.
 */
export async function removeDeadLocks({ access, pod, variables }: Opened): Promise<void> {
  const { asked, signal } = pod.stop
  const limit = deadline(pod.host.clock, asked ? patienceWhenStopped : patience)
  let words = ''
  const end = await runProcess(pod.host, unlockCommand(access), {
    env: variables,
    signal: asked ? limit.signal : AbortSignal.any([limit.signal, signal]),
    graceSeconds,
    wrapper: [],
    onStdout: line => 'text' in line && pod.log(`restic: ${line.text}`),
    onStderr: line => {
      words = 'text' in line ? line.text : line.raw
    },
  }).finally(limit.lift)
  if (end.code === 0) return
  const how = end.startError ?? (end.code === null ? `signal ${end.signal}` : `exit code ${end.code}`)
  pod.log(`locks of dead processes could not be removed (${how}): ${words}`)
}
