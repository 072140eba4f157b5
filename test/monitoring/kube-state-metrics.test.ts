import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { kubeStateMetrics } from '../../scripts/kube-state-metrics.mjs'
import { root } from '../../scripts/tools.mjs'
import { ChildServer, freePort } from '../behaviour/child-server.js'
import { eventually } from '../behaviour/eventually.js'
import { type ParsedSample, parsed } from './exposition-parser.js'
import { type StatefulObject, StatefulSandbox } from './stateful-sandbox.js'

// A real kube-state-metrics reads docs/kube-state-metrics.yaml, and objects with the statuses that a controller wrote.
const folder = mkdtempSync(join(tmpdir(), 'holdfast-state-metrics-'))
let sandbox: StatefulSandbox
let program: ChildServer
let samples: readonly ParsedSample[]

beforeAll(async () => {
  const binary = kubeStateMetrics()
  sandbox = await StatefulSandbox.start(folder)
  const [port, own] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')]
  program = ChildServer.start(binary, [
    ...['--kubeconfig', sandbox.kubeconfig, '--host', '127.0.0.1', '--port', String(port)],
    ...['--telemetry-host', '127.0.0.1', '--telemetry-port', String(own), '--custom-resource-state-only'],
    ...['--custom-resource-state-config-file', join(root, 'docs/kube-state-metrics.yaml')],
  ])
  await program.accepts(port, '127.0.0.1')
  const scrape = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { accept: 'text/plain' } })
    return parsed(await answer.text(), 'prometheus').flatMap(family => family.samples)
  }
  samples = await eventually(
    async () => {
      const found = await scrape()
      const created = found.filter(({ name }) => name.endsWith('_created'))
      return created.length === sandbox.objects.length ? found : undefined
    },
    60,
    () => `not every object is there:\n${program.output}`,
  )
}, 900_000)
afterAll(async () => {
  await program?.stop()
  await sandbox?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** What a series says of an object: values, by the labels beside those that name the object. */
function said(series: string, { kind, metadata }: StatefulObject) {
  const { namespace, name } = metadata
  return samples
    .filter(each => each.name === `kube_holdfast_${kind.toLowerCase()}_${series}`)
    .filter(({ labels }) => labels['namespace'] === namespace && labels['name'] === name)
    .map(({ labels, value }) => ({ labels, value: Number(value) }))
}
const values = (series: string, object: StatefulObject) => said(series, object).map(({ value }) => value)
const seconds = (time: unknown) => (typeof time === 'string' ? [Date.parse(time) / 1000] : [])
const given = (value: unknown) => (typeof value === 'number' || typeof value === 'boolean' ? [Number(value)] : [])
const of = (kind: string) => sandbox.objects.filter(each => each.kind === kind)
const sessions = () => [...of('BackupSession'), ...of('RestoreSession')]

describe('kube-state-metrics tells', () => {
  test('of every object when it was created', () => {
    for (const object of sandbox.objects)
      expect([object.metadata.name, values('created', object)]).toEqual([
        object.metadata.name,
        seconds(object.metadata.creationTimestamp),
      ])
  })

  test('of every session its phase and no other, and nothing of one that nobody has looked at', () => {
    const phases = sessions().map(each => each.status?.['phase'])
    expect(new Set(phases).size).toBeGreaterThan(3)
    expect(phases).toContain(undefined)
    for (const session of sessions()) {
      const present = said('phase', session).filter(({ value }) => value === 1)
      const phase = session.status?.['phase']
      expect([session.metadata.name, present.map(({ labels }) => labels['phase'])]).toEqual([
        session.metadata.name,
        phase === undefined ? [] : [phase],
      ])
    }
  })

  test('of every condition whether it is true, with its reason', () => {
    const conditioned = [...of('BackupConfiguration'), ...of('Repository')]
    const statuses = conditioned.flatMap(each => each.status?.conditions ?? []).map(each => each.status)
    expect(new Set(statuses)).toEqual(new Set(['True', 'False', 'Unknown']))
    for (const object of conditioned) {
      const found = said('condition', object).map(({ labels: { type, reason }, value }) => ({ type, reason, value }))
      const expected = (object.status?.conditions ?? []).map(({ type, reason, status }) => {
        return { type, reason, value: status === 'True' ? 1 : 0 }
      })
      expect(found.sort(byType)).toEqual(expected.sort(byType))
    }
  })

  test('of every policy its newest good backup, its next session, and whether it is paused', () => {
    const policies = of('BackupConfiguration')
    expect(policies.some(each => each.spec['paused'] === true)).toBe(true)
    for (const policy of policies) {
      expect(values('last_success', policy)).toEqual(seconds(policy.status?.['lastSuccessfulTime']))
      expect(values('next_schedule', policy)).toEqual(seconds(policy.status?.['nextScheduleTime']))
      expect(values('paused', policy)).toEqual(given(policy.spec['paused']))
    }
    expect(policies.flatMap(each => values('last_success', each)).length).toBeGreaterThan(0)
  })

  test('of every Repository what is stored, whether it is whole, and its newest backup', () => {
    for (const repository of of('Repository')) {
      const { totalBytes, snapshotCount, integrity, lastBackupTime } = repository.status ?? {}
      expect([totalBytes, snapshotCount, integrity, lastBackupTime]).not.toContain(undefined)
      expect(values('stored_bytes', repository)).toEqual(given(totalBytes))
      expect(values('snapshots', repository)).toEqual(given(snapshotCount))
      expect(values('integrity', repository)).toEqual(given(integrity))
      expect(values('last_backup', repository)).toEqual(seconds(lastBackupTime))
    }
  })

  test('which claim and Repository a policy is about, and which policy a session is of', () => {
    for (const policy of of('BackupConfiguration'))
      expect(said('created', policy)[0]?.labels).toMatchObject({
        claim: Reflect.get(Reflect.get(policy.spec['target'] as object, 'ref'), 'name'),
        repository: Reflect.get(policy.spec['repository'] as object, 'name'),
      })
    for (const session of of('BackupSession'))
      expect(said('created', session)[0]?.labels['configuration']).toBe(
        Reflect.get(session.spec['invoker'] as object, 'name'),
      )
  })
})

const byType = (one: { readonly type?: string | undefined }, other: { readonly type?: string | undefined }) =>
  (one.type ?? '').localeCompare(other.type ?? '')
