import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { apiGroup } from '../../lib/api/group.js'
import { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { systemObjects } from '../behaviour/cluster-system.js'
import { CLUSTER_ROLES } from '../behaviour/kube-resource.js'
import { recordFigures } from '../faults/figures.js'
import { type AuditEntry, auditEntries, controllerAccount } from './audit-log.js'

jest.setTimeout(180_000)

// This runs after every other suite of the cluster run and reads what all of them made the control plane do.
const image = 'holdfast.dev/holdfast:dev'
const systemNamespace = 'holdfast-system'
const trigger = /-trigger(-[0-9a-f]+)?$/

interface Rule {
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly verbs: readonly string[]
}
interface RoleObject extends KubeObject {
  readonly rules: readonly Rule[]
}

let entries: AuditEntry[]
let system: readonly KubeObject[]
beforeAll(async () => {
  system = systemObjects(image)
  entries = []
  for await (const entry of auditEntries(await suiteBegan())) entries.push(entry)
})

/** The run says when it began; asked for alone, everything since the rules were last changed counts. */
async function suiteBegan(): Promise<Date> {
  const said = process.env['HOLDFAST_SUITE_BEGAN']
  if (said !== undefined) return new Date(said)
  const client = await KubeClient.fromDefaultConfig()
  const { metadata } = await client.get(CLUSTER_ROLES, 'holdfast-controller')
  client.close()
  const fields = (metadata.managedFields ?? []) as readonly { readonly time: string }[]
  return new Date(Math.max(...fields.map(each => Date.parse(each.time))))
}

const rulesOf = (kind: string) =>
  system
    .filter((each): each is RoleObject => each.kind === kind && each.metadata.name === 'holdfast-controller')
    .flatMap(each => each.rules)

const grantsOf = (rules: readonly Rule[]) =>
  new Set(
    rules.flatMap(({ apiGroups = [], resources = [], verbs }) =>
      apiGroups.flatMap(group => resources.flatMap(resource => verbs.map(verb => `${verb} ${named(group, resource)}`))),
    ),
  )
const named = (group: string, resource: string) => (group === '' ? resource : `${resource}.${group}`)
const useOf = ({ verb, group, resource }: AuditEntry) => `${verb} ${named(group, resource)}`

let granted = 0
let overasked = 0
afterAll(() => {
  const controller = entries.filter(each => each.account === controllerAccount)
  const triggers = entries.filter(each => trigger.test(each.account))
  recordFigures('rbac', {
    controllerRequests: controller.length,
    triggerRequests: triggers.length,
    grants: granted,
    denied: overasked,
  })
})

test('the controller asks for nothing that it was not granted, and was granted nothing that it does not use', () => {
  const own = entries.filter(each => each.account === controllerAccount)
  const isLease = (use: string) => use.endsWith('leases.coordination.k8s.io')
  const everywhere = grantsOf(rulesOf('ClusterRole'))
  const atHome = grantsOf(rulesOf('Role'))
  granted += everywhere.size + atHome.size
  // What is granted is denied too, for a moment: while an API server starts, and while a suite has the bindings removed.
  const asked = own.filter(each => !each.allowed && !everywhere.has(useOf(each)) && !atHome.has(useOf(each)))
  overasked += asked.length
  expect(asked.map(each => `${useOf(each)} in ${each.namespace}`)).toEqual([])
  const used = new Set(own.filter(each => each.allowed).map(useOf))
  expect([...used].filter(use => !isLease(use)).sort()).toEqual([...everywhere].sort())
  expect([...used].filter(isLease).sort()).toEqual([...atHome].sort())
  const homes = own.filter(each => isLease(useOf(each))).map(each => each.namespace)
  expect([...new Set(homes)]).toEqual([systemNamespace])
})

test('triggers create sessions in their own namespace, which is all that they were granted, and nothing else', () => {
  const own = entries.filter(each => trigger.test(each.account))
  granted += 1
  expect([...new Set(own.map(useOf))]).toEqual([`create backupsessions.${apiGroup}`])
  expect(own.filter(each => !each.allowed || each.account.split(':')[0] !== each.namespace)).toEqual([])
})

test('movers ask the API nothing: no request came from a default ServiceAccount', () => {
  const movers = entries.filter(each => each.account.endsWith(':default'))
  expect(movers.map(each => `${each.account}: ${useOf(each)}`)).toEqual([])
})
