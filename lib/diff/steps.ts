import { annotations } from '../api/group.js'
import { fieldAt, itemsOf, type ManifestObject, textOf } from '../fleet/manifest.js'
import { type FleetPolicy, policyKey } from '../fleet/policy.js'
import { amount, enumeration } from './amount.js'
import { type Change, positionsOf } from './change.js'
import { type Comparison, pairsOfKind } from './comparison.js'
import { type Difference, detail, detailsOf, differencesIn, differencesOf } from './difference.js'
import type { ManifestPair } from './manifest-pair.js'
import { podPowers } from './privileges.js'

/** What changes about Functions and Tasks, and which policies go on without it. */
export function stepChanges(comparison: Comparison): Change[] {
  const users = usersOf(comparison)
  return [
    ...pairsOfKind(comparison, 'Function').flatMap(pair => stepChange(pair, users.ofFunction(nameOf(pair)))),
    ...pairsOfKind(comparison, 'Task').flatMap(pair => stepChange(pair, users.ofTask(nameOf(pair)))),
  ]
}

const nameOf = ({ before, after }: ManifestPair) => (after ?? before)?.object.metadata.name ?? ''

/** Who uses a step in the end: policies with a committed Job of the old steps, those that are up to date, and Tasks. */
interface Users {
  readonly outdated: readonly FleetPolicy[]
  readonly renewed: readonly FleetPolicy[]
  readonly tasks: readonly string[]
}

function usersOf(comparison: Comparison) {
  const byTask = new Map<string, { outdated: FleetPolicy[]; renewed: FleetPolicy[] }>()
  const committed = new Map(comparison.policies.pairs.map(({ before, after }) => [after, hashOf(before)]))
  for (const policy of comparison.after.policies) {
    const task = policy.spec.task?.name ?? 'pvc-backup'
    const users = byTask.get(task) ?? { outdated: [], renewed: [] }
    byTask.set(task, users)
    const [old, fresh] = [committed.get(policy), hashOf(policy)]
    ;(fresh !== undefined && old === fresh ? users.outdated : users.renewed).push(policy)
  }
  const tasksOf = new Map<string, string[]>()
  for (const { after } of pairsOfKind(comparison, 'Task')) {
    if (after === undefined) continue
    const { name } = after.object.metadata
    for (const step of new Set(stepNames(after.object))) tasksOf.set(step, [...(tasksOf.get(step) ?? []), name])
  }
  const ofTasks = (tasks: readonly string[]): Users => {
    const all = tasks.map(task => byTask.get(task) ?? { outdated: [], renewed: [] })
    return { tasks, outdated: all.flatMap(each => each.outdated), renewed: all.flatMap(each => each.renewed) }
  }
  return {
    ofTask: (task: string): Users => ({ ...ofTasks([task]), tasks: [] }),
    ofFunction: (step: string): Users => ofTasks(tasksOf.get(step) ?? []),
  }
}

const hashOf = ({ jobTemplate }: FleetPolicy) =>
  textOf(fieldAt(jobTemplate, 'metadata', 'annotations', annotations.functionsHash))
const stepNames = (task: ManifestObject) =>
  itemsOf(fieldAt(task, 'spec', 'steps')).flatMap(step => textOf(fieldAt(step, 'name')) ?? [])

function stepChange(pair: ManifestPair, users: Users): Change[] {
  const { before, after, kind } = pair
  const subject = `${kind.toLowerCase()} ${nameOf(pair)}`
  const positions = positionsOf(before, after)
  const all = [...users.outdated, ...users.renewed]
  if (after === undefined) return [removal(pair, subject, users)]
  const access = accessChange(pair, subject)
  if (before === undefined) {
    const sentence = `The ${kind} is new${all.length === 0 ? '' : `, and ${policiesWords(all)} ${all.length === 1 ? 'uses' : 'use'} it`}.`
    return [...access, { severity: 'notice', kind: 'step-added', subject, sentence, details: [], positions }]
  }
  const own = differencesOf(before.object['spec'], after.object['spec'], 'spec')
  if (own.length === 0) return []
  const changes: Change[] = [...access, ...changedStep(own, { subject, kind, positions }, users)]
  if (users.outdated.length > 0) {
    changes.push({
      ...{ severity: 'warning', kind: 'template-outdated', subject, positions },
      sentence: `The ${kind} changed, but ${policiesWords(users.outdated)} ${users.outdated.length === 1 ? 'keeps' : 'keep'} running the old steps, from which the committed Jobs were made.`,
      details: users.outdated.slice(0, 50).map(policy => detail('keeps the old steps', policyKey(policy), undefined)),
      advice: 'Synthesize again, and commit both.',
    })
  }
  return changes
}

function changedStep(
  own: readonly Difference[],
  { subject, kind, positions }: { subject: string; kind: string; positions: Change['positions'] },
  users: Users,
): Change[] {
  // Images and access are told on their own.
  const rest = own.filter(each => !isImage(each) && !each.path.startsWith('spec.kubernetesAccess'))
  if (rest.length === 0) return []
  const fields = enumeration([...new Set(rest.map(({ path }) => path.replace(/^spec\./, '').replace(/[.[].*$/, '')))])
  const who =
    users.renewed.length === 0
      ? ''
      : ` ${policiesWords(users.renewed)} ${users.renewed.length === 1 ? 'runs' : 'run'} the new steps.`
  const sentence = `The ${kind} runs differently: ${fields} changed.${who}`
  return [{ severity: 'warning', kind: 'step-changed', subject, sentence, details: detailsOf(rest), positions }]
}

// Variables are no images that could be compared.
const isImage = ({ path, before, after }: Difference) =>
  path === 'spec.image' && [before, after].every(image => typeof image === 'string' && !image.includes('${'))

function accessChange({ before, after, kind }: ManifestPair, subject: string): Change[] {
  const positions = positionsOf(before, after)
  const [old, fresh] = [before, after].map(side => fieldAt(side?.object, 'spec'))
  const own = differencesIn(differencesOf(old, fresh, 'spec'), 'spec.kubernetesAccess', 'spec')
  const account = textOf(fieldAt(fresh, 'kubernetesAccess', 'serviceAccountName'))
  const changes: Change[] = []
  if (account !== undefined && account !== textOf(fieldAt(old, 'kubernetesAccess', 'serviceAccountName'))) {
    changes.push({
      ...{ severity: 'danger', kind: 'kubernetes-access', subject, positions },
      sentence: `The step gets a token of the Kubernetes API, as ServiceAccount ${account} of each namespace where it runs.`,
      details: detailsOf(differencesIn(own, 'spec.kubernetesAccess')),
    })
  }
  const lost = textOf(fieldAt(old, 'kubernetesAccess', 'serviceAccountName'))
  if (lost !== undefined && account === undefined && after !== undefined) {
    const sentence = `The step gets no token of the Kubernetes API any more; it had that of ServiceAccount ${lost}.`
    const details = detailsOf(differencesIn(own, 'spec.kubernetesAccess'))
    changes.push({ severity: 'notice', kind: 'access-withdrawn', subject, sentence, details, positions })
  }
  if (kind !== 'Task') return changes
  const known = new Set(podPowers({ spec: { volumes: fieldAt(old, 'volumes') } }))
  const raised = podPowers({ spec: { volumes: fieldAt(fresh, 'volumes') } }).filter(power => !known.has(power))
  if (raised.length > 0) {
    const sentence = `The pods of this Task may do more than before: ${enumeration(raised)}.`
    const details = raised.map(power => detail('may', undefined, power))
    changes.push({ severity: 'danger', kind: 'privileges-raised', subject, sentence, details, positions })
  }
  return changes
}

function removal({ before, kind }: ManifestPair, subject: string, users: Users): Change {
  const positions = positionsOf(before, undefined)
  const all = [...users.outdated, ...users.renewed]
  const by = users.tasks.length > 0 ? `Task ${enumeration(users.tasks)}` : policiesWords(all)
  if (users.tasks.length === 0 && all.length === 0) {
    const sentence = `The ${kind} is gone; nothing in git uses it.`
    return { severity: 'notice', kind: 'step-removed', subject, sentence, details: [], positions }
  }
  const sentence = `The ${kind} is gone, and ${by} still ${users.tasks.length + all.length === 1 ? 'uses' : 'use'} it: sessions fail.`
  return { severity: 'danger', kind: 'step-missing', subject, sentence, details: [], positions }
}

const policiesWords = (policies: readonly FleetPolicy[]) =>
  `${amount(policies.length, 'policy', 'policies')} (${enumeration(policies.map(policyKey))})`
