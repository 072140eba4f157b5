import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { Command } from 'commander'
import { Terminal } from '../../cli/display/terminal.js'
import { addRetention } from '../../cli/retention/commands.js'
import { timelinePicture } from '../../cli/retention/timeline.js'
import { apiVersion } from '../../lib/api/group.js'
import { examplePrices } from '../../lib/retention/price-table.js'
import { toolSearchPath } from '../../scripts/tools.mjs'
import { ResticStore } from '../lib/retention/restic-store.js'

const store = new ResticStore()
const manifests = join(store.folder, 'manifests')
const policies = join(manifests, 'policies.json')
const earlier = { ...process.env }

const configuration = (name: string, schedule: string, retentionPolicy: object) => ({
  apiVersion,
  kind: 'BackupConfiguration',
  metadata: { name, namespace: 'shop' },
  spec: {
    repository: { name: 'store' },
    target: { ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name } },
    schedule,
    retentionPolicy,
  },
})
const claim = (name: string, storage: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: 'shop' },
  spec: { resources: { requests: { storage } } },
})

beforeAll(() => {
  mkdirSync(manifests)
  const orders = configuration('orders', '0 3 * * *', { keepDaily: 3 })
  const items = [orders, configuration('users', '0 * * * *', { keepHourly: 24, keepDaily: 7 }), claim('orders', '20Gi')]
  writeFileSync(policies, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
  for (let day = 10; day < 15; day += 1) {
    for (const hostname of ['shop/orders', 'shop/users']) {
      store.add({ time: `2026-11-${day}T03:00:05Z`, hostname, paths: ['/holdfast-data'], tags: ['holdfast'] })
    }
  }
})
afterEach(() => {
  process.env = { ...earlier }
})
afterAll(() => store.remove())

async function retention(...args: string[]): Promise<string> {
  let text = ''
  const terminal = new Terminal({ write: more => (text += more) }, { NO_COLOR: '1' })
  const root = new Command('holdfast').exitOverride().configureOutput({ writeErr: () => undefined })
  addRetention(root, terminal, new AbortController().signal)
  await root.parseAsync(['node', 'holdfast', 'retention', ...args])
  return text
}

function withRestic(): void {
  process.env = {
    ...earlier,
    ...store.environment,
    PATH: toolSearchPath(),
    RESTIC_CACHE_DIR: join(store.folder, 'cache'),
  }
}

describe('holdfast retention simulate', () => {
  test('prints a line for each policy, and one policy at length', async () => {
    const fleet = await retention('simulate', manifests, '--from', '2026-01-01')
    expect(fleet).toMatch(/shop\/orders +0 3 \* \* \* +3 +2d +24h +[\d.]+ GiB +[\d.]+ USD/)
    expect(fleet).toMatch(/shop\/users +0 \* \* \* \* +29 .* GiB \? /)
    expect(fleet).toMatch(/the size of the claim is not in git/)
    const one = await retention('simulate', manifests, '-p', 'shop/orders', '--from', '2026-01-01', '--days', '60')
    expect(one).toMatch(/30 days +3 +2026-01-28 03:00/)
    expect(one).toMatch(/60 days/)
    expect(one).not.toMatch(/365 days/)
    expect(one).toMatch(/volume 20 GiB, 1% of it overwritten each day/)
    expect(one).toMatch(/example prices of 2026-11/)
  })

  test('takes a price table and writes JSON', async () => {
    const file = join(store.folder, 'prices.json')
    writeFileSync(file, JSON.stringify({ ...examplePrices, currency: 'EUR', storagePerGiBMonth: 1 }))
    const json = JSON.parse(await retention('simulate', manifests, '--prices', file, '-o', 'json'))
    expect(json).toHaveLength(2)
    expect(json[0]).toMatchObject({ policy: 'shop/orders', isSizeKnown: true, cost: { currency: 'EUR' } })
    expect(json[0].states.map((state: { day: number }) => state.day)).toEqual([30, 90, 365])
  })

  test.each([
    [['-p', 'shop/order'], /policy shop\/order is not in .*; is it shop\/orders\?/],
    [['--churn', '200%'], /--churn '200%' is no share/],
    [['--days', '0'], /--days '0': expected a whole number from 1/],
    [['--prices', policies], /price table cannot be used/],
    [['--size', '10 GB'], /--size: quantity '10 GB'/],
  ])('refuses %j and says what it expects', async (args, message) => {
    await expect(retention('simulate', manifests, ...args)).rejects.toThrow(message)
  })
})

describe('holdfast retention preview', () => {
  test('asks the repository itself and says which snapshots the next run removes', async () => {
    withRestic()
    const text = await retention('preview', manifests, '-p', 'shop/orders', '--live', '--at', '2026-11-14T12:00:00Z')
    expect(text).toMatch(
      /shop\/orders: host shop\/orders, path \/holdfast-data +after the next backup, 2026-11-15 03:00 UTC/,
    )
    expect(text).toMatch(/next backup +2026-11-15T03:00:00Z .* kept +daily snapshot/)
    expect(text).toMatch(/2026-11-13T03:00:05Z .* kept +daily snapshot/)
    expect(text).toMatch(/2026-11-12T03:00:05Z .* removed/)
    expect(text).toMatch(/keeps 3, removes 3/)
    expect(text).toMatch(/5 of 10 snapshots are of other hosts and paths: untouched/)
  })

  test('says as JSON what a changed rule would do to the repository as it is', async () => {
    withRestic()
    const args = ['-p', 'shop/orders', '--live', '--as-it-is', '--keep-last', '1', '-o', 'json']
    const [one] = JSON.parse(await retention('preview', manifests, ...args))
    expect(one).toMatchObject({ policy: 'shop/orders', nextRun: null, refusal: null, untouched: 5 })
    expect(one.keep).toEqual([expect.objectContaining({ time: '2026-11-14T03:00:05Z', reasons: ['last snapshot'] })])
    expect(one.remove).toHaveLength(4)
  })

  test('reads a list from a file and judges a host and path without a policy', async () => {
    const file = join(store.folder, 'snapshots.json')
    const snapshot = { time: '2026-11-14T03:00:05Z', id: 'a'.repeat(64), hostname: 'h', paths: ['/data'] }
    writeFileSync(file, JSON.stringify([snapshot]))
    const bare = ['preview', '--host', 'h', '--path', '/data', '--snapshots', file]
    expect(await retention(...bare, '--keep-tag', 'gold')).toMatch(/restic refuses to remove the last snapshot/)
    expect(await retention(...bare, '--keep-within', '7d')).toMatch(/aaaaaaaa .* kept +within 7d/)
    await expect(retention(...bare)).rejects.toThrow(/--host, --path and at least one --keep-/)
    expect(await retention('preview', manifests, '--snapshots', file)).toMatch(
      /of 2 hosts and paths the repository has no/,
    )
  })

  test.each([
    [['--snapshots', policies], /holds no list of snapshots/],
    [['--snapshots', '/nowhere.json'], /\/nowhere\.json cannot be read/],
    [[], /either --snapshots <file> or --live/],
    [['--live', '--keep-last', 'x'], /--keep-last 'x': expected a whole number from 1/],
    [['--live', '--keep-within', '2w'], /--keep-within '2w': expected an age such as/],
    [['--live', '--at', 'soon'], /--at 'soon' is no time/],
  ])('refuses %j and says what it expects', async (args, message) => {
    await expect(retention('preview', manifests, ...args)).rejects.toThrow(message)
  })

  test('repeats what restic says when it cannot list', async () => {
    withRestic()
    process.env['RESTIC_PASSWORD'] = 'wrong'
    await expect(retention('preview', manifests, '--live')).rejects.toThrow(/restic snapshots failed: .*wrong password/)
    delete process.env['RESTIC_PASSWORD']
    await expect(retention('preview', manifests, '--live')).rejects.toThrow(/restic snapshots failed/)
    process.env['PATH'] = '/nowhere'
    await expect(retention('preview', manifests, '--live')).rejects.toThrow(/restic is not on PATH/)
  })
})

describe('the picture', () => {
  test('has the newest point on the left and a ruler below', () => {
    const day = 86_400_000
    const [line, ruler] = timelinePicture(
      400 * day,
      [400, 399, 393, 369, 40].map(each => each * day),
      60,
    )
    expect(line).toHaveLength(60)
    expect(line.match(/•/g)).toHaveLength(5)
    expect(line.startsWith('•')).toBe(true)
    expect(line.endsWith('•')).toBe(true)
    expect(ruler).toMatch(/^now +1d +1w +1m +3m/)
  })
})
