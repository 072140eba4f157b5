import { setTimeout as sleep } from 'node:timers/promises'
import { isFinal } from '../../lib/session-phase.js'
import type { BackupSessionObject, SessionObject } from '../../runtime/controller/objects.js'
import type { Ground } from '../../test/cluster/faults/ground.js'
import type { Journal } from './journal.js'
import type { Recorder } from './recorder.js'
import type { RestoreResult } from './restore-result.js'

/** Beyond the session’s own deadline; then it counts as one that never ends. */
const patience = 16 * 60_000

/** What everything that goes on during a soak shares. */
export interface Run {
  readonly ground: Ground
  readonly recorder: Recorder
  readonly journal: Journal
  readonly seed: number
  readonly until: Date
  /** What restores wrote, as far as it could be looked at. */
  readonly restored: RestoreResult[]
}

/** The session as it ended; undefined when it does not. */
export async function awaitRecorded(
  recorder: Recorder,
  namespace: string,
  name: string,
): Promise<SessionObject | undefined> {
  const end = Date.now() + patience
  while (Date.now() < end) {
    const found = recorder.named(namespace, name)
    if (isFinal(found?.status?.phase)) return found
    await sleep(500)
  }
  return undefined
}

/**
 * The session whose status records a snapshot; undefined when none does. A restore of the newest snapshot may be over
 * before anybody wrote down whose it is.
 */
export async function recordedSource(recorder: Recorder, snapshot: string): Promise<BackupSessionObject | undefined> {
  const end = Date.now() + patience
  for (;;) {
    const found = recorder.sessionOf(snapshot)
    if (found !== undefined || Date.now() >= end) return found
    await sleep(500)
  }
}
