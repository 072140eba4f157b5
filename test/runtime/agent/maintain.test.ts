import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { AgentLab } from './agent-lab.js'

let lab: AgentLab
beforeAll(() => {
  lab = new AgentLab()
  lab.write({ 'data/a.txt': 'alpha' })
})
afterAll(() => lab.close())

function fill(repository: string, hosts: readonly string[]): void {
  for (const host of hosts) lab.restic(repository, 'backup', `--host=${host}`, lab.path('data'))
}
const maintain = async (repository: string, more: Record<string, string>) => {
  const { hostname: _host, 'session-uid': _uid, attempt: _attempt, ...pod } = lab.pod(repository)
  return (await lab.run('maintain', { ...pod, namespace: 'shop', 'repository-name': 'main', ...more })).report
}
const forget = (host: string, policy: object) => JSON.stringify([{ host, path: lab.path('data'), policy }])
const hostsOf = (repository: string) => lab.snapshots(repository).map(each => each.hostname)

describe('maintain', () => {
  test('removes only what the policy of one host and path removes, and counts exactly', async () => {
    const id = lab.repository('kept')
    fill('kept', ['shop/db', 'shop/db', 'shop/other', 'shop/other'])
    const report = await maintain('kept', {
      'repository-id': id,
      forget: forget('shop/db', { keepLast: 1 }),
      prune: 'true',
      check: 'true',
      'read-data-subset': '100%',
    })
    expect(report).toMatchObject({
      step: 'maintain',
      outcome: 'Succeeded',
      repository: { id, format: 2 },
      maintenance: {
        forgotten: [{ host: 'shop/db', path: lab.path('data'), kept: 1, removed: 1 }],
        prune: { ok: true },
        check: { ok: true },
        snapshotCount: 3,
        totalBytes: expect.any(Number),
      },
    })
    expect(hostsOf('kept').sort()).toEqual(['shop/db', 'shop/other', 'shop/other'])
  })

  test('removes nothing in a dry run, and says so', async () => {
    lab.repository('dry')
    fill('dry', ['shop/db', 'shop/db'])
    const report = await maintain('dry', { forget: forget('shop/db', { keepLast: 1, dryRun: true }) })
    expect(report?.maintenance?.forgotten).toEqual([{ host: 'shop/db', path: lab.path('data'), kept: 2, removed: 0 }])
    expect(hostsOf('dry')).toHaveLength(2)
  })

  test('refuses a policy that keeps nothing', async () => {
    lab.repository('refused')
    const report = await maintain('refused', { forget: forget('shop/db', {}) })
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'InvalidSpec' })
    expect(report?.message).toContain('at least one keep rule')
  })

  test('touches nothing when the repository is another one than before, or gone', async () => {
    lab.repository('foreign')
    fill('foreign', ['shop/db', 'shop/db'])
    const order = { forget: forget('shop/db', { keepLast: 1 }), 'repository-id': 'f'.repeat(64) }
    expect(await maintain('foreign', order)).toMatchObject({ outcome: 'Failed', reason: 'RepositoryReplaced' })
    expect(hostsOf('foreign')).toHaveLength(2)
    expect(await maintain('no-such', order)).toMatchObject({ outcome: 'Failed', reason: 'RepositoryVanished' })
  })

  function losePack(repository: string): void {
    const packs = join(lab.path(repository), 'data')
    const folder = readdirSync(packs).find(each => readdirSync(join(packs, each)).length > 0) ?? ''
    rmSync(join(packs, folder, readdirSync(join(packs, folder))[0] ?? ''))
  }

  test('removes neither snapshots nor data when its check finds damage, whatever else was ordered', async () => {
    lab.repository('kept-whole')
    fill('kept-whole', ['shop/db', 'shop/db', 'shop/db'])
    losePack('kept-whole')
    const report = await maintain('kept-whole', {
      forget: forget('shop/db', { keepLast: 1 }),
      check: 'true',
      prune: 'true',
    })
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'CheckFailed', maintenance: { check: { ok: false } } })
    expect(report?.maintenance).not.toHaveProperty('forgotten')
    expect(report?.maintenance).not.toHaveProperty('prune')
    expect(hostsOf('kept-whole')).toHaveLength(3)
  })

  test('says whether a good check read everything that it was to read, or a share of the data', async () => {
    lab.repository('shared-out')
    fill('shared-out', ['shop/db'])
    const checked = async (subset: string) =>
      (await maintain('shared-out', { check: 'true', 'read-data-subset': subset }))?.maintenance?.check
    expect(await checked('')).toEqual({ ok: true })
    expect(await checked('50%')).toEqual({ ok: true, part: true })
    expect(await checked('100%')).toEqual({ ok: true })
  })

  test('calls damage by its name and reports the rest all the same', async () => {
    lab.repository('damaged')
    fill('damaged', ['shop/db'])
    losePack('damaged')
    const report = await maintain('damaged', { check: 'true' })
    expect(report).toMatchObject({
      outcome: 'Failed',
      reason: 'CheckFailed',
      maintenance: { check: { ok: false }, snapshotCount: 1 },
    })
  })

  test('leaves a living process’s lock alone and says that the repository is locked', async () => {
    lab.repository('busy')
    fill('busy', ['shop/db', 'shop/db'])
    const release = await lab.holdExclusively('busy')
    const order = { forget: forget('shop/db', { keepLast: 1 }), 'retry-lock': '1s' }
    const report = await maintain('busy', order).finally(release)
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'RepositoryLocked' })
    expect(hostsOf('busy')).toHaveLength(2)
  })
})
