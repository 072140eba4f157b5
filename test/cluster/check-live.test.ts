import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { Terminal } from '../../cli/display/terminal.js'
import { program } from '../../cli/program.js'
import { eventually } from '../behaviour/eventually.js'
import { beside } from '../constructs/manifests/manifest-folder.js'

const namespace = `hf-check-${process.pid}`
const template = {
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
}
const labels = { app: 'db' }
/** Its pods never start, and its claims are made all the same. */
const statefulSet = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db', namespace },
  spec: {
    replicas: 2,
    ordinals: { start: 3 },
    serviceName: 'db',
    podManagementPolicy: 'Parallel',
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        nodeSelector: { 'holdfast.test/nowhere': 'true' },
        containers: [{ name: 'db', image: 'holdfast.dev/none' }],
      },
    },
    volumeClaimTemplates: [template],
  },
}
const kubectl = (args: readonly string[], input?: string) =>
  execFileSync('kubectl', args, { encoding: 'utf8', ...(input === undefined ? {} : { input }) })

/** What a live check of one manifest prints as JSON, a line for each finding. */
async function found(manifest: object): Promise<string[]> {
  let text = ''
  const terminal = new Terminal({ write: (part: string) => (text += part) }, {})
  const command = program(terminal, new AbortController().signal)
  await beside({ 'git.yaml': stringify(manifest) }, async git => {
    await command
      .parseAsync(['check', git, '--live', '-n', namespace, '-o', 'json'], { from: 'user' })
      .catch(() => undefined)
  })
  const findings = JSON.parse(text) as { code: string; object: string; source: string }[]
  return findings.map(({ code, object, source }) => `${code} ${object} ${source.replace(/.*\//, '')}`)
}

beforeAll(() => {
  kubectl(['create', 'namespace', namespace])
  kubectl(['apply', '-f', '-'], JSON.stringify(statefulSet))
})
afterAll(() => {
  kubectl(['delete', 'namespace', namespace, '--wait=false'])
})

describe('a live check of a cluster', () => {
  test('knows the claims that Kubernetes makes for a StatefulSet by the names that git promises', async () => {
    const names = () => kubectl(['get', 'pvc', '-n', namespace, '-o', 'name']).trim().split('\n').length
    await eventually(
      () => (names() === 2 ? true : undefined),
      30,
      () => kubectl(['get', 'pvc,statefulset', '-n', namespace]),
    )
    const claims = [3, 4].map(ordinal => `HF5101 PersistentVolumeClaim ${namespace}/data-db-${ordinal}`)
    expect(await found(statefulSet)).toEqual(claims.map(each => `${each} git.yaml:1:1`))
    const other = { ...statefulSet, spec: { ...statefulSet.spec, replicas: 0 } }
    expect(await found(other)).toEqual(claims.map(each => `${each} in the cluster`))
  }, 60_000)
})
