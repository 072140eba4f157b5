import type { Privileges } from '../../lib/api/mover.js'
import { type AdmissionRule, celList } from './policy-object.js'

/** Values that may be used; `any` does not look at them. */
export type Allowed = readonly string[] | 'any'

/** What policies and restores may ask for. Whatever is left out may not be asked for at all. */
export interface AllowedSettings {
  /** Nodes that a pod may name, past the scheduler (`pod.nodeName`) or to it (`matchFields` of affinity). @default - none */
  readonly nodeNames?: Allowed
  /** Labels of nodes that a pod may select by (keys of `pod.nodeSelector` and of node affinity). @default - none */
  readonly nodeLabels?: Allowed
  /** Taints that a pod may tolerate, by key. @default - none */
  readonly tolerations?: Allowed
  /** @default - none: pods get the cluster’s default */
  readonly priorityClasses?: Allowed
  /** @default - none: pods get the cluster’s default */
  readonly runtimeClasses?: Allowed
  /** @default - none: pods get the cluster’s default */
  readonly schedulers?: Allowed
  /** Secrets that images may be pulled with. @default - none */
  readonly imagePullSecrets?: Allowed
  /** Secrets whose keys may become variables (`container.env`, `container.envFrom`) or credentials of hooks and notifications. @default - none */
  readonly secrets?: Allowed
  /** `restricted`, `read-any-file`. @default - restricted */
  readonly privileges?: readonly Privileges[]
  /** ServiceAccounts of the Functions with `kubernetesAccess`, which a committed Job template names. @default - none */
  readonly serviceAccounts?: Allowed
  /** Folders of nodes (`/srv/backups`) and NFS servers (`nas:/exports`), as `repositoryFolders` of Holdfast. @default - none */
  readonly repositoryFolders?: readonly string[]
}

// Written out wherever they are used: a variable of a policy that holds an optional value is always absent. `dyn` is for
// what the schema of our kinds leaves open.
const pod = 'object.spec.?runtimeSettings.?pod'
const container = 'object.spec.?runtimeSettings.?container'

const affinity = 'dyn(object.spec).?runtimeSettings.?pod.?affinity.?nodeAffinity'

/** CEL variables that the rules speak of. */
export const settingsVariables = {
  /** What affinity wants of a node, or would rather have: a list of core/v1 NodeSelectorTerm. */
  nodeTerms: [
    `${affinity}.?requiredDuringSchedulingIgnoredDuringExecution.?nodeSelectorTerms.orValue([])`,
    `${affinity}.?preferredDuringSchedulingIgnoredDuringExecution.orValue([]).map(each, each.?preference.orValue({}))`,
  ].join(' + '),
}

/** What all terms of affinity name, found by `names` in `each` term: a node selector in other words. */
function affinityRules(names: string, allowed: Allowed | undefined): AdmissionRule[] {
  if (allowed === 'any') return []
  const list = namesOf(allowed)
  const refused = `${names}.filter(name, !(name in ${celList(list)}))`
  const all = `variables.nodeTerms.map(each, ${refused}.map(name, string(name)).join(', ')).filter(said, said != '').join(', ')`
  return [
    {
      expression: `variables.nodeTerms.all(each, ${refused}.size() == 0)`,
      messageExpression: `'spec.runtimeSettings.pod.affinity.nodeAffinity: ' + ${all} + ' is not allowed; ${expected(list)}'`,
    },
  ]
}

// What is no list is reported when the app is synthesized; until then it allows nothing.
const namesOf = (allowed: readonly string[] | undefined): readonly string[] => (Array.isArray(allowed) ? allowed : [])

const expected = (allowed: readonly string[]): string =>
  allowed.length === 0 ? 'it must be left out here' : `expected one of ${allowed.join(', ')}`

/** A field of one value. */
function oneOf(path: string, value: string, allowed: Allowed | undefined): AdmissionRule[] {
  if (allowed === 'any') return []
  const names = namesOf(allowed)
  return [
    {
      expression: `${value}.orValue('') in ${celList(['', ...names])}`,
      messageExpression: `'${path}: ' + ${value}.orValue('') + ' is not allowed; ${expected(names)}'`,
    },
  ]
}

/** A list whose items have a name, found by `name` in `each`. */
function eachOf(path: string, list: string, name: string, allowed: Allowed | undefined): AdmissionRule[] {
  if (allowed === 'any') return []
  const names = namesOf(allowed)
  const refused = `${list}.filter(each, !(${name} in ${celList(names)}))`
  return [
    {
      expression: `${refused}.size() == 0`,
      messageExpression: `'${path}: ' + ${refused}.map(each, string(${name})).join(', ') + ' is not allowed; ${expected(names)}'`,
    },
  ]
}

/** Rules for the fields that backups and restores have alike. */
export function settingsRules(allowed: AllowedSettings): AdmissionRule[] {
  const at = 'spec.runtimeSettings'
  const none = "''"
  return [
    ...oneOf(`${at}.pod.nodeName`, `${pod}.?nodeName`, allowed.nodeNames),
    ...eachOf(`${at}.pod.nodeSelector`, `${pod}.?nodeSelector.orValue({})`, 'each', allowed.nodeLabels),
    ...affinityRules('each.?matchExpressions.orValue([]).map(label, label.key)', allowed.nodeLabels),
    // The only field of a node that can be matched is its name, a single one.
    ...affinityRules('each.?matchFields.orValue([]).map(field, field.values[0])', allowed.nodeNames),
    // A toleration without a key tolerates every taint.
    ...eachOf(
      `${at}.pod.tolerations`,
      `${pod}.?tolerations.orValue([])`,
      "dyn(each).?key.orValue('every taint')",
      allowed.tolerations,
    ),
    ...oneOf(`${at}.pod.priorityClassName`, `${pod}.?priorityClassName`, allowed.priorityClasses),
    ...oneOf(`${at}.pod.runtimeClassName`, `${pod}.?runtimeClassName`, allowed.runtimeClasses),
    ...oneOf(`${at}.pod.schedulerName`, `${pod}.?schedulerName`, allowed.schedulers),
    ...eachOf(
      `${at}.pod.imagePullSecrets`,
      `${pod}.?imagePullSecrets.orValue([])`,
      'each.name',
      allowed.imagePullSecrets,
    ),
    ...eachOf(
      `${at}.container.env`,
      `${container}.?env.orValue([]).filter(each, has(each.valueFrom) && has(dyn(each.valueFrom).secretKeyRef))`,
      `dyn(each.valueFrom).secretKeyRef.?name.orValue(${none})`,
      allowed.secrets,
    ),
    ...eachOf(
      `${at}.container.envFrom`,
      `${container}.?envFrom.orValue([]).filter(each, has(each.secretRef))`,
      'each.secretRef.name',
      allowed.secrets,
    ),
    ...oneOf('spec.privileges', 'object.spec.?privileges', allowed.privileges ?? ['restricted']),
  ]
}
