import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ApiError } from '../../runtime/kube/api-error.js'
import { KubeClient } from '../../runtime/kube/client.js'
import { systemObjects } from '../behaviour/cluster-system.js'
import { eventually } from '../behaviour/eventually.js'
import { CLUSTER_ROLES, resourceOf } from '../behaviour/kube-resource.js'
import { recordFigures } from '../faults/figures.js'
import { type Act, acts, everybody, ground, triggerRole, type Who } from './tenancy/acts.js'
import { type Identity, identity } from './tenancy/identity.js'
import { verbsOf } from './tenancy/page.js'

const namespace = `hf-tenancy-${process.pid}`
const userOf = (who: Who) => `${who}-${process.pid}`
const people = new Map<Who, Identity>()
let admin: KubeClient

const kubectl = (args: readonly string[], input = '') => execFileSync('kubectl', args, { encoding: 'utf8', input })

/** Definitions, roles and the policy for restores as git holds them; the same as an installed system has. */
function installed(): void {
  const objects = systemObjects('any').filter(
    ({ kind, metadata }) =>
      kind === 'CustomResourceDefinition' || /^holdfast-(view|operate|edit|restores)$/.test(metadata.name),
  )
  const manifest = { apiVersion: 'v1', kind: 'List', items: objects }
  kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify(manifest))
  const definitions = objects.filter(({ kind }) => kind === 'CustomResourceDefinition')
  const names = definitions.map(({ metadata }) => `crd/${metadata.name}`)
  kubectl(['wait', '--for=condition=Established', '--timeout=60s', ...names])
}

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
  installed()
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
  kubectl(['delete', 'namespace', namespace, '--wait=false'])
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
  const elsewhere = acts.filter(({ what }) => !what.startsWith('write a status'))
  for (const act of elsewhere) {
    const answers = await Promise.all(everybody.map(who => outcome(act, who, 'default').catch(String)))
    expect([act.what, ...answers]).toEqual([act.what, ...everybody.map(() => 'no')])
  }
})

test('who is refused a restore learns which field, which verb and which role', async () => {
  const refused = async (what: string) => {
    const client = people.get('holdfast-operate')?.trying
    if (client === undefined) throw new Error('nobody operates')
    return actOf(what)
      .try(client, namespace)
      .then(
        () => 'allowed',
        (error: Error) => error.message,
      )
  }
  expect(await refused('restore over')).toMatch(/spec\.overwrite is Replace: .* verb overwrite .* holdfast-edit/)
  expect(await refused('restore with hooks')).toMatch(/hooks, runtimeSettings.* verb customize .* holdfast-edit/)
})
