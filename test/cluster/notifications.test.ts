import { execFileSync, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { backupConfigurationKind, restoreSessionKind } from '../../lib/api/kinds.js'
import { mostNotificationBytes } from '../../lib/notification/notification-size.js'
import { toCustomResourceDefinition } from '../../lib/schema/crd.js'
import { fullest, specWith } from '../lib/notification/fullest.js'

// A group of its own: what is tested is the definition, whatever version of it the cluster has.
const group = `notifications-${process.pid}.example.com`
const definitions = [backupConfigurationKind, restoreSessionKind].map(kind => {
  const definition = toCustomResourceDefinition(kind)
  const { plural } = definition.spec.names
  return { ...definition, metadata: { name: `${plural}.${group}` }, spec: { ...definition.spec, group } }
})
const names = definitions.map(({ metadata }) => `crd/${metadata.name}`)

function kubectl(args: readonly string[], objects: readonly unknown[]): string {
  const input = objects.map(object => JSON.stringify(object)).join('\n')
  const { status, stderr } = spawnSync('kubectl', args, { input, encoding: 'utf8' })
  return status === 0 ? 'accepted' : stderr
}

beforeAll(() => {
  expect(kubectl(['apply', '--server-side', '-f', '-'], definitions)).toBe('accepted')
  execFileSync('kubectl', ['wait', '--for=condition=Established', '--timeout=60s', ...names])
}, 120_000)
afterAll(() => {
  execFileSync('kubectl', ['delete', '--wait=false', ...names])
})

const answer = (kind: 'BackupConfiguration' | 'RestoreSession', notifications: readonly unknown[]) =>
  kubectl(
    ['create', '--dry-run=server', '-f', '-'],
    [
      {
        apiVersion: `${group}/${definitions[0]?.spec.versions[0]?.name}`,
        kind,
        metadata: { name: 'judged', namespace: 'default' },
        spec: specWith(kind, notifications),
      },
    ],
  )

describe.each(['BackupConfiguration', 'RestoreSession'] as const)('the API server counts the texts of a %s', kind => {
  test.each(['"', '€', '𝒳', 'a'])('as the compiler does, when they are full of %j', filler => {
    expect(answer(kind, fullest(filler))).toBe('accepted')
    expect(answer(kind, fullest(filler, 1))).toContain(`more than ${mostNotificationBytes} bytes of text`)
  })

  test('with URLs and headers of Secrets and plain ones, of a GET too', () => {
    const secretKeyRef = { name: 'receivers', key: 'url' }
    const httpHeaders = [
      { name: 'A', value: 'b' },
      { name: 'C', valueFrom: { secretKeyRef } },
    ]
    const get = { name: 'get', on: ['Started'], httpGet: { urlFrom: { secretKeyRef }, path: '/x', httpHeaders } }
    const bodies = (last: number) =>
      [16384, 16384, last].map((size, index) => ({
        ...{ name: `post${index}`, on: ['Failed'] },
        httpPost: { urlFrom: { secretKeyRef }, body: 'x'.repeat(size) },
      }))
    const rest = mostNotificationBytes - 2 * 16384 - 3 * 12 - (12 + 2 + 2 + 1 + 12)
    expect(answer(kind, [get, ...bodies(rest)])).toBe('accepted')
    expect(answer(kind, [get, ...bodies(rest + 1)])).toContain('bytes of text')
  })
})
