import { execFileSync, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { AdmissionPolicies, Repository, RepositoryAccess } from '../../constructs/index.js'
import { kinds } from '../../lib/api/kinds.js'
import { toCustomResourceDefinition } from '../../lib/schema/crd.js'
import { compiled } from '../behaviour/policy.js'
import { recordFigures } from '../faults/figures.js'
import { asked, broken, configurationOf, permitted, refusals, repositoryIn, restoreOf } from './admission/requests.js'

const home = `hf-admission-${process.pid}`
const stores = `${home}-stores`
let allowedCases = 0
let refusedCases = 0

const json = (objects: readonly unknown[]) => objects.map(object => JSON.stringify(object)).join('\n')

function kubectl(args: readonly string[], objects: readonly unknown[] = []) {
  const { status, stdout, stderr } = spawnSync('kubectl', args, { input: json(objects), encoding: 'utf8' })
  return { said: status === 0 ? 'allowed' : stderr, stdout }
}

function applied(objects: readonly unknown[]): void {
  const args = ['apply', '--server-side', '--force-conflicts', '-f', '-']
  expect(kubectl(args, objects).said).toBe('allowed')
}

/** What the API server answers a user who creates an object; nothing is stored. */
function answer(object: unknown, user: string): string {
  const { said } = kubectl(['create', '--dry-run=server', `--as=${user}`, '-f', '-'], [object])
  if (said === 'allowed') allowedCases += 1
  else refusedCases += 1
  return said
}

const reconciler = `system:serviceaccount:${home}:reconciler`
const people = ['alice', 'bob', reconciler].map(name => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name }))
const group = 'rbac.authorization.k8s.io/v1'

// Not `*`: whoever has every verb on Repositories may use them.
const policyKinds = ['backupconfigurations', 'restoresessions']

/** Everybody may write policies in their namespace; what RBAC itself cannot say is what is tested. */
const writers = [
  {
    apiVersion: group,
    kind: 'Role',
    metadata: { name: 'writers', namespace: home },
    rules: [
      { apiGroups: ['holdfast.dev'], resources: policyKinds, verbs: ['*'] },
      { apiGroups: ['holdfast.dev'], resources: ['repositories'], verbs: ['create'] },
    ],
  },
  {
    apiVersion: group,
    kind: 'RoleBinding',
    metadata: { name: 'writers', namespace: home },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'writers' },
    subjects: people,
  },
]

const policies = compiled('holdfast.dev/holdfast:dev', { namespace: stores }, chart => {
  const repository = Repository.fromRepositoryName(chart, 'shared', { name: 'shared', namespace: stores })
  const users = ['alice', reconciler]
  new RepositoryAccess(chart, 'shared-use', { repository, users: ['alice'] })
  const own = Repository.fromRepositoryName(chart, 'own', { name: 'own', namespace: home })
  new RepositoryAccess(chart, 'own-use', { repository: own, users, serviceAccounts: [`${home}/reconciler`] })
  new AdmissionPolicies(chart, 'admission', {
    settings: permitted,
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': home } },
  })
})
const names = policies.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy').map(({ metadata }) => metadata.name)

async function refused(object: unknown, user: string): Promise<void> {
  const began = Date.now()
  while (kubectl(['create', '--dry-run=server', `--as=${user}`, '-f', '-'], [object]).said === 'allowed') {
    if (Date.now() - began > 60_000) throw new Error(`the API server lets ${JSON.stringify(object)} pass`)
    await new Promise(resolve => setTimeout(resolve, 500))
  }
}

beforeAll(async () => {
  for (const namespace of [home, stores]) execFileSync('kubectl', ['create', 'namespace', namespace])
  const definitions = kinds.map(toCustomResourceDefinition)
  applied(definitions)
  const waits = definitions.map(({ metadata }) => `crd/${metadata.name}`)
  execFileSync('kubectl', ['wait', '--for=condition=Established', '--timeout=60s', ...waits])
  applied([...writers, ...policies])
  // The API server learns of a new policy a moment after it has stored it, of each by itself.
  for (const [user, probe] of broken(home)) await refused(probe, user)
}, 180_000)

afterAll(() => {
  recordFigures('admission', { policies: names.length, allowed: allowedCases, refused: refusedCases })
  for (const kind of ['validatingadmissionpolicybinding', 'validatingadmissionpolicy']) {
    execFileSync('kubectl', ['delete', kind, ...names, '--ignore-not-found'])
  }
  execFileSync('kubectl', ['delete', 'namespace', home, stores, '--wait=false'])
})

describe('whoever names a Repository needs the verb use on it', () => {
  const missing = (user: string, repository: string) =>
    `${user} may not use Repository ${repository}. That takes the verb use on repositories.holdfast.dev there`
  const shared = { name: 'shared', namespace: stores, secretName: 'keys' }

  test('who has it may, in the own namespace and in another one', () => {
    expect(answer(configurationOf(home, { repository: { name: 'own' } }), 'alice')).toBe('allowed')
    expect(answer(configurationOf(home, { repository: shared }), 'alice')).toBe('allowed')
    expect(answer(restoreOf(home, { repository: shared }), 'alice')).toBe('allowed')
  })

  test('who has it not is told which Repository, and what is missing', () => {
    expect(answer(configurationOf(home, { repository: shared }), 'bob')).toContain(missing('bob', `${stores}/shared`))
    expect(answer(restoreOf(home, { repository: shared }), 'bob')).toContain(missing('bob', `${stores}/shared`))
    expect(answer(configurationOf(home, { repository: { name: 'own' } }), 'bob')).toContain(
      missing('bob', `${home}/own`),
    )
  })

  test('it holds for that one Repository', () => {
    const other = { name: 'other', namespace: stores, secretName: 'keys' }
    expect(answer(configurationOf(home, { repository: other }), 'alice')).toContain(missing('alice', `${stores}/other`))
  })

  test('a GitOps tool that impersonates the tenant has what the tenant’s ServiceAccount has', () => {
    expect(answer(configurationOf(home, { repository: { name: 'own' } }), reconciler)).toBe('allowed')
    expect(answer(configurationOf(home, { repository: shared }), reconciler)).toContain(
      missing(reconciler, `${stores}/shared`),
    )
  })

  test('of a policy that is there, anybody may change the metadata, and only they the spec', () => {
    const stored = configurationOf(home, { repository: { name: 'own' } })
    applied([{ ...stored, metadata: { ...stored.metadata, name: 'stored' } }])
    const patch = (user: string, change: object) =>
      kubectl([
        ...[
          'patch',
          'backupconfigurations.holdfast.dev',
          'stored',
          '-n',
          home,
          '--type=merge',
          '--dry-run=server',
          `--as=${user}`,
        ],
        ...['-p', JSON.stringify(change)],
      ]).said
    expect(patch('bob', { metadata: { labels: { seen: 'yes' } } })).toBe('allowed')
    expect(patch('bob', { spec: { paused: true } })).toContain(missing('bob', `${home}/own`))
    expect(patch('alice', { spec: { paused: true } })).toBe('allowed')
  })
})

describe('what policies and restores ask for', () => {
  test.each(asked(home))('%s may be asked for when it is on the list', (_, object) => {
    expect(answer(object, 'alice')).toBe('allowed')
  })

  test.each(refusals(home))('%s is refused, with the field, the value and what is expected', (_, object, message) => {
    expect(answer(object, 'alice')).toContain(message)
  })

  test('a namespace outside the selector is asked nothing', () => {
    const node = { runtimeSettings: { pod: { nodeName: 'master' } }, repository: { name: 'own' } }
    expect(kubectl(['create', '--dry-run=server', '-f', '-'], [configurationOf(stores, node)]).said).toBe('allowed')
    expect(kubectl(['create', '--dry-run=server', '-f', '-'], [repositoryIn(stores, '/etc')]).said).toBe('allowed')
  })
})

test.each(names)(
  'the API server finds nothing to say about the types in %s',
  async name => {
    const began = Date.now()
    for (;;) {
      const raw = execFileSync('kubectl', ['get', 'validatingadmissionpolicy', name, '-o', 'json'], {
        encoding: 'utf8',
      })
      const { status = {}, metadata } = JSON.parse(raw)
      if (status.observedGeneration === metadata.generation) {
        expect(status.typeChecking ?? {}).toEqual({})
        return
      }
      if (Date.now() - began > 60_000) throw new Error(`${name} was not checked: ${JSON.stringify(status)}`)
      await new Promise(resolve => setTimeout(resolve, 500))
    }
  },
  90_000,
)
