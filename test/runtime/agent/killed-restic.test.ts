import { randomBytes } from 'node:crypto'
import { copyFileSync, renameSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { AgentLab, backupFlags, type StepResult, statusFlags } from './agent-lab.js'

let lab: AgentLab
beforeAll(() => {
  lab = new AgentLab()
  lab.write({ 'data/a.txt': 'alpha', 'big/file': '' })
  writeFileSync(lab.path('big/file'), randomBytes(60_000_000))
})
afterAll(() => lab.close())

type Flags = Readonly<Record<string, string | readonly string[]>>

/** Runs a step and kills its restic while that holds a lock; once more when restic was faster. */
async function killed(
  repository: string,
  step: string,
  flags: Flags,
  when: string,
  meanwhile = () => {},
): Promise<StepResult> {
  for (;;) {
    const before = lab.locks(repository)
    let hit = false
    const result = await lab.run(step, flags, {
      onOutput: (text, _stop, killRestic) => {
        if (!text.includes(when)) return
        void untilLocked(repository, before).then(locked => {
          meanwhile()
          hit = locked && killRestic()
        })
      },
    })
    if (hit) return result
  }
}

async function untilLocked(repository: string, before: readonly string[]): Promise<boolean> {
  const locked = () => lab.locks(repository).some(each => !before.includes(each))
  for (let turn = 0; turn < 5000 && !locked(); turn++) await new Promise(wake => setTimeout(wake, 2))
  return locked()
}

/** A lock that a killed process of another host left. */
async function abandoned(repository: string, hostname: string): Promise<string> {
  const kill = await lab.holdExclusively(repository, hostname)
  const [lock = ''] = lab.locks(repository)
  kill()
  return lock
}

describe('a restic that is killed', () => {
  test('in a backup leaves no lock behind, and the report says what is known of its end', async () => {
    lab.repository('backup')
    const flags = backupFlags(lab.pod('backup'), lab.path('big'), { args: ['--limit-upload=4000'] })
    const { report, code } = await killed('backup', 'pvc-backup', flags, 'backing up')
    expect(code).toBe(0)
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'ResticKilled' })
    expect(report?.message).toMatch(/restic backup was killed by signal 9 \(SIGKILL\).* memory limit/)
    expect(lab.locks('backup')).toEqual([])
  })

  test('in a check leaves no lock behind, and is no damage', async () => {
    lab.repository('check')
    lab.restic('check', 'backup', '--host=shop/db', lab.path('big'))
    const { hostname: _host, 'session-uid': _uid, attempt: _attempt, ...pod } = lab.pod('check')
    const flags = { ...pod, namespace: 'shop', 'repository-name': 'main', check: 'true', 'read-data-subset': '100%' }
    const { report } = await killed('check', 'maintain', flags, 'checking')
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'ResticKilled' })
    expect(report?.maintenance?.check).toBeUndefined()
    expect(lab.locks('check')).toEqual([])
  })

  test('in a prune leaves no lock behind', async () => {
    lab.repository('prune')
    lab.restic('prune', 'backup', '--host=shop/db', lab.path('big'))
    const { hostname: _host, 'session-uid': _uid, attempt: _attempt, ...pod } = lab.pod('prune')
    const flags = { ...pod, namespace: 'shop', 'repository-name': 'main', prune: 'true' }
    const { report } = await killed('prune', 'maintain', flags, 'pruning')
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'ResticKilled', maintenance: { prune: { ok: false } } })
    expect(lab.locks('prune')).toEqual([])
  })

  test('does not take the lock of another host with it', async () => {
    lab.repository('foreign')
    lab.restic('foreign', 'backup', '--host=shop/db', lab.path('data'))
    const lock = await abandoned('foreign', 'elsewhere')
    const [inside, outside] = [lab.path('foreign', 'locks', lock), lab.path('foreign-lock')]
    renameSync(inside, outside)
    const flags = backupFlags(lab.pod('foreign'), lab.path('big'), { args: ['--limit-upload=4000'] })
    // It comes when the backup runs, which it would have kept out.
    const meanwhile = () => copyFileSync(outside, inside)
    const { report } = await killed('foreign', 'pvc-backup', flags, 'backing up', meanwhile)
    expect(report).toMatchObject({ reason: 'ResticKilled' })
    expect(lab.locks('foreign')).toEqual([lock])
  })
})

describe('a pod with the host name of one that was killed', () => {
  test('removes that one’s locks before it finishes the session, and no others', async () => {
    lab.repository('finish')
    lab.restic('finish', 'backup', '--host=shop/db', lab.path('data'))
    const more = { target: 'backup', paths: [lab.path('data')], cause: 'StepFailed', 'remove-dead-locks': 'true' }
    const flags = statusFlags(lab.pod('finish'), more)
    const lock = await abandoned('finish', 'dead-pod')
    await lab.run('finish', flags, { hostname: 'living-pod' })
    expect(lab.locks('finish')).toEqual([lock])
    const { report } = await lab.run('finish', flags, { hostname: 'dead-pod' })
    expect(report).toMatchObject({ step: 'finish', outcome: 'Failed', reason: 'StepFailed' })
    expect(lab.locks('finish')).toEqual([])
  })

  // In each container process ids begin anew, so the first restic of one easily has that of the other's.
  test('removes its locks although its own processes have the same process ids', async () => {
    const id = lab.repository('same')
    const backup = backupFlags(lab.pod('same'), lab.path('big'), { args: ['--limit-upload=4000'], 'repository-id': id })
    await lab.run('pvc-backup', backup, {
      hostname: 'dead-pod',
      onOutput: (text, _stop, _killRestic, killContainer) => {
        if (text.includes('backing up')) void untilLocked('same', []).then(killContainer)
      },
    })
    expect(lab.locks('same')).toHaveLength(1)
    const more = { target: 'backup', paths: [lab.path('big')], cause: 'StepFailed', 'remove-dead-locks': 'true' }
    await lab.run('finish', statusFlags(lab.pod('same'), more), { hostname: 'dead-pod' })
    expect(lab.locks('same')).toEqual([])
  })

  test('does nothing else for a maintain Job that was killed', async () => {
    lab.repository('unlock')
    for (const _ of [1, 2]) lab.restic('unlock', 'backup', '--host=shop/db', lab.path('data'))
    await abandoned('unlock', 'dead-pod')
    const { hostname: _host, 'session-uid': _uid, attempt: _attempt, ...pod } = lab.pod('unlock')
    const forget = JSON.stringify([{ host: 'shop/db', path: lab.path('data'), policy: { keepLast: 1 } }])
    const flags = { ...pod, namespace: 'shop', 'repository-name': 'main', forget, 'only-unlock': 'true' }
    const { report } = await lab.run('maintain', flags, { hostname: 'dead-pod' })
    expect(report).toMatchObject({ outcome: 'Succeeded' })
    expect(lab.locks('unlock')).toEqual([])
    expect(lab.snapshots('unlock')).toHaveLength(2)
  })
})
