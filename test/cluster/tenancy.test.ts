import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { RESTORE_SESSIONS } from '../../runtime/controller/objects.js'
import { ApiError } from '../../runtime/kube/api-error.js'
import { KubeClient } from '../../runtime/kube/client.js'
import { eventually } from '../behaviour/eventually.js'
import { CLUSTER_ROLES, resourceOf } from '../behaviour/kube-resource.js'
import { recordFigures } from '../faults/figures.js'
import { type Act, acts, everybody, ground, restoreAs, triggerRole, type Who } from './tenancy/acts.js'
import { type Identity, identity } from './tenancy/identity.js'
import { installTeamRoles } from './tenancy/installed.js'
import { verbsOf } from './tenancy/page.js'

const namespace = `hf-tenancy-${process.pid}`
const elsewhere = `${namespace}-stores`
const userOf = (who: Who) => `${who}-${process.pid}`
const people = new Map<Who, Identity>()
let admin: KubeClient

const kubectl = (args: readonly string[], input = '') => execFileSync('kubectl', args, { encoding: 'utf8', input })

async function outcome(act: Act, who: Who, where = namespace): Promise<'yes' | 'no' | string> {
  const client = people.get(who)?.trying
  if (client === undefined) throw new Error(`nobody is called ${who}`)
  try {
    await act.try(client, where)
    return 'yes'
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return 'no'
    throw error
  }
}

const actOf = (what: string): Act => {
  const found = acts.find(act => act.what.startsWith(what))
  if (found === undefined) throw new Error(`no act is called ${what}`)
  return found
}

beforeAll(async () => {
  installTeamRoles()
  kubectl(['create', 'namespace', namespace])
  admin = await KubeClient.fromDefaultConfig()
  for (const object of [...ground(namespace), triggerRole(namespace)]) await admin.create(resourceOf(object), object)
  for (const who of everybody) {
    people.set(who, await identity(userOf(who)))
    if (who === 'nobody') continue
    kubectl(['create', 'rolebinding', who, '-n', namespace, `--clusterrole=${who}`, `--user=${userOf(who)}`])
  }
  await eventually(
    async () => ((await outcome(actOf('write a policy'), 'edit')) === 'yes' ? true : undefined),
    60,
    async () => `edit is not aggregated: ${JSON.stringify(await admin.get(CLUSTER_ROLES, 'edit'))}`,
  )
  await eventually(
    async () => ((await outcome(actOf('restore over'), 'holdfast-operate')) === 'no' ? true : undefined),
    60,
    () => 'the policy for restores is not in force',
  )
}, 180_000)
afterAll(() => {
  for (const { close } of people.values()) close()
  admin.close()
  kubectl(['delete', 'namespace', namespace, elsewhere, '--ignore-not-found', '--wait=false'])
  const verbs = (['view', 'operate', 'edit'] as const).map(role => {
    const granted = [...verbsOf(role).values()].flat()
    return [role, granted.length] as const
  })
  recordFigures('tenancy', { ...Object.fromEntries(verbs), acts: acts.length, identities: everybody.length })
})

describe('in the namespace of its team', () => {
  test.each(acts)('$what', async act => {
    const answers = await Promise.all(everybody.map(async who => [who, await outcome(act, who)] as const))
    expect(answers.filter(([, answer]) => answer === 'yes').map(([who]) => who)).toEqual(
      everybody.filter(who => act.by.includes(who)),
    )
  })
})

test('nobody may do any of this in another namespace', async () => {
  const others = acts.filter(({ what }) => !what.startsWith('write a status'))
  for (const act of others) {
    const answers = await Promise.all(everybody.map(who => outcome(act, who, 'default').catch(String)))
    expect([act.what, ...answers]).toEqual([act.what, ...everybody.map(() => 'no')])
  }
})

const operator = (): KubeClient => {
  const client = people.get('holdfast-operate')?.trying
  if (client === undefined) throw new Error('nobody operates')
  return client
}
const said = (trying: Promise<unknown>) =>
  trying.then(
    () => 'allowed',
    (error: Error) => error.message,
  )

test('who is refused a restore learns which field, which verb and which role', async () => {
  const refused = (what: string) => said(actOf(what).try(operator(), namespace))
  expect(await refused('restore over')).toMatch(/spec\.overwrite is Replace: .* verb overwrite .* holdfast-edit/)
  expect(await refused('restore with hooks')).toMatch(/hooks, runtimeSettings.* verb customize .* holdfast-edit/)
  expect(await refused('restore into one folder')).toMatch(/volumeMounts: .* verb customize .*left out or \/data$/)
  expect(await refused('restore one folder')).toMatch(/spec\.destination .* left out or \/holdfast-data$/)
  expect(await refused('restore with a Secret')).toMatch(
    /secretName: .* keys of any, which takes the verb use .* verb customize/,
  )
})

describe('an operator', () => {
  const restores = (spec: Parameters<typeof restoreAs>[1]) =>
    said(operator().create(RESTORE_SESSIONS, restoreAs(namespace, spec)))

  test('may say that the whole volume is meant', async () => {
    const { target } = restoreAs(namespace).spec
    const mounted = { ...target, volumeMounts: [{ mountPath: '/data' }] }
    expect(await restores({ destination: '/holdfast-data' })).toBe('allowed')
    expect(await restores({ target: mounted, destination: '/data' })).toBe('allowed')
    expect(await restores({ target: mounted, destination: '/data/www' })).toContain('spec.destination')
    expect(await restores({ repository: { name: 'there', namespace } })).toBe('allowed')
  })

  test('who may use another namespace’s Repository, and the Secret with its keys, restores from it', async () => {
    const repository = { name: 'shared', namespace: elsewhere, secretName: 'keys' }
    const user = `--user=${userOf('holdfast-operate')}`
    expect(await restores({ repository })).toContain(`a Repository of another namespace (${elsewhere})`)
    kubectl(['create', 'namespace', elsewhere])
    const usable = (where: string, group: string, resource: string, name: string) => {
      const rules = [{ apiGroups: [group], resources: [resource], resourceNames: [name], verbs: ['use'] }]
      const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', rules }
      kubectl(['create', '-f', '-'], JSON.stringify({ ...role, metadata: { name: `uses-${name}`, namespace: where } }))
      kubectl(['create', 'rolebinding', `uses-${name}`, '-n', where, `--role=uses-${name}`, user])
    }
    const answered = (text: string) =>
      eventually(
        async () => ((await restores({ repository })).includes(text) ? true : undefined),
        60,
        () => restores({ repository }),
      )
    usable(elsewhere, 'holdfast.dev', 'repositories', 'shared')
    // Somebody’s own Repository is enough for nothing: its store would be sent the keys of any Secret here.
    await answered('the store is sent the keys of keys')
    usable(namespace, '', 'secrets', 'keys')
    await answered('allowed')
    expect(await restores({ repository: { ...repository, secretName: 'others' } })).toContain(
      'the store is sent the keys of others',
    )
    expect(await restores({ repository: { ...repository, name: 'other' } })).toContain('verb use on it')
  })
})

test('the API server finds nothing to say about the types in the policy for restores', async () => {
  const checked = () => JSON.parse(kubectl(['get', 'validatingadmissionpolicy', 'holdfast-restores', '-o', 'json']))
  const status = await eventually(
    async () => {
      const { status: found, metadata } = checked()
      return found?.observedGeneration === metadata.generation ? found : undefined
    },
    60,
    () => 'holdfast-restores was not checked',
  )
  expect(status.typeChecking ?? {}).toEqual({})
}, 90_000)
