import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  Backend,
  MoverNetworkPolicies,
  Repository,
  RepositoryAccess,
  Retention,
  Schedule,
  TeamAccess,
  VolumeBackup,
} from '../../../constructs/index.js'
import { root } from '../../../scripts/tools.mjs'
import { eventually } from '../../behaviour/eventually.js'
import { compiled } from '../../behaviour/policy.js'
import { installTeamRoles } from './installed.js'

const namespace = `hf-reconciler-${process.pid}`
const page = readFileSync(join(root, 'docs/cluster-policy.md'), 'utf8')
const commands = /<!-- reconciler -->\n```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? ''

interface Answer {
  readonly status: number | null
  readonly said: string
}
function answerOf(program: string, args: readonly string[], input = ''): Answer {
  const { status, stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8' })
  return { status, said: stdout + stderr }
}
function kubectl(...args: readonly string[]): string {
  const { status, said } = answerOf('kubectl', args)
  if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${said}`)
  return said
}

/** Everything that constructs write into the namespace of a team; paused, so that nothing runs. */
const policy = (at: string) =>
  compiled('holdfast.dev/holdfast:dev', { namespace }, chart => {
    const backend = Backend.s3({ endpoint: 'https://s3.example.com', bucket: 'b', secretName: 'keys' })
    const repository = new Repository(chart, 'store', { backend })
    const schedule = Schedule.daily({ at, timeZone: 'Europe/Berlin' })
    const retention = Retention.keep({ daily: 7 })
    new VolumeBackup(chart, 'orders', { claim: 'orders', repository, schedule, retention, paused: true })
    new RepositoryAccess(chart, 'use', { repository, serviceAccounts: [`${namespace}/reconciler`] })
    new TeamAccess(chart, 'on-call', { role: 'operate', groups: ['shop-on-call'] })
    new MoverNetworkPolicies(chart, 'network', { repositories: [repository] })
  })

/** What the API server answers a ServiceAccount of the namespace, as which a GitOps tool acts. */
function as(account: string, verb: readonly string[], objects: readonly unknown[]): Answer {
  const input = objects.map(object => JSON.stringify(object)).join('\n')
  return answerOf('kubectl', [...verb, `--as=system:serviceaccount:${namespace}:${account}`, '-f', '-'], input)
}
const apply = ['apply', '--server-side']

beforeAll(async () => {
  installTeamRoles()
  kubectl('create', 'namespace', namespace)
  const told = answerOf('sh', ['-euc', commands.replaceAll(/\bshop\b/g, namespace)])
  expect(told).toMatchObject({ status: 0 })
  kubectl('create', 'serviceaccount', 'editor', '-n', namespace)
  const editor = `--serviceaccount=${namespace}:editor`
  kubectl('create', 'rolebinding', 'editor', '-n', namespace, '--clusterrole=holdfast-edit', editor)
  const account = `--as=system:serviceaccount:${namespace}:reconciler`
  const question = ['auth', 'can-i', 'create', 'backupsessions.holdfast.dev', '-n', namespace, account]
  const mayApply = () => answerOf('kubectl', question)
  await eventually(
    async () => (mayApply().status === 0 ? true : undefined),
    60,
    () => `admin is not aggregated: ${mayApply().said}`,
  )
}, 180_000)
afterAll(() => {
  kubectl('delete', 'namespace', namespace, '--wait=false')
})

test('the ServiceAccount of docs/cluster-policy.md applies a whole policy, changes it and takes it away', () => {
  const [first, second] = [policy('03:00'), policy('04:00')]
  expect(new Set(first.map(({ kind }) => kind)).size).toBe(7)
  for (const objects of [first, second]) {
    const { status, said } = as('reconciler', apply, objects)
    expect([status, said.split('\n').filter(line => !/ serverside-applied$/.test(line))]).toEqual([0, ['']])
  }
  expect(as('reconciler', ['delete', '--dry-run=server'], second)).toMatchObject({ status: 0 })
})

test('one that has holdfast-edit is refused what a trigger consists of, as both pages say', () => {
  const { status, said } = as('editor', [...apply, '--dry-run=server'], policy('05:00'))
  expect(status).toBe(1)
  const refused = [...said.matchAll(/(\w+)\.?[\w.]* "[\w-]+" is forbidden/g)].map(([, plural]) => plural)
  expect([...new Set(refused)].sort()).toEqual(
    expect.arrayContaining(['cronjobs', 'rolebindings', 'roles', 'serviceaccounts']),
  )
  const tenancy = readFileSync(join(root, 'docs/tenancy.md'), 'utf8')
  for (const text of [page, tenancy]) expect(text).toMatch(/`edit` and\s+`holdfast-edit` may not\s+write/)
})
