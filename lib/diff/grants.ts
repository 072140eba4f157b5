import { apiGroup, labels } from '../api/group.js'
import { backupSessionKind } from '../api/kinds.js'
import { namespaceOf } from '../fleet/claim.js'
import { fieldAt, itemsOf, type Manifest, textOf } from '../fleet/manifest.js'
import { enumeration } from './amount.js'
import { type Change, positionsOf, type Severity } from './change.js'
import { type Comparison, pairsOfKind } from './comparison.js'
import { detail } from './difference.js'
import { isOurPair, type ManifestPair } from './manifest-pair.js'

const rbac = 'rbac.authorization.k8s.io'

/** Who may do more with the Kubernetes API: rules and bindings of Holdfast’s own roles. */
export function grantChanges(comparison: Comparison): Change[] {
  const roles = ['Role', 'ClusterRole'].flatMap(kind => pairsOfKind(comparison, kind, rbac))
  const bindsOurs = bindingsOf(ourAccounts(comparison))
  const bindings = ['RoleBinding', 'ClusterRoleBinding'].flatMap(kind => pairsOfKind(comparison, kind, rbac))
  return [
    ...roles.filter(isOurPair).flatMap(pair => grantChange(pair, permissionsOf, 'allows to')),
    ...bindings
      .filter(pair => isOurPair(pair) || bindsOurs(pair))
      .flatMap(pair => grantChange(pair, subjectsOf, 'gives')),
  ]
}

/** `namespace/name` of the ServiceAccounts that Holdfast’s pods run as. */
function ourAccounts(comparison: Comparison): ReadonlySet<string> {
  const accounts = pairsOfKind(comparison, 'ServiceAccount', '').filter(isOurPair)
  return new Set(
    accounts.flatMap(({ before, after }) => {
      const object = (after ?? before)?.object
      return object === undefined ? [] : [`${namespaceOf(object)}/${object.metadata.name}`]
    }),
  )
}

// Whoever wrote the binding, and whatever its labels: it is our account that may do more.
const bindingsOf = (accounts: ReadonlySet<string>) => (pair: ManifestPair) =>
  [pair.before, pair.after].some(manifest =>
    itemsOf(manifest?.object['subjects']).some(subject => {
      const [kind, namespace, name] = ['kind', 'namespace', 'name'].map(field => textOf(fieldAt(subject, field)))
      return kind === 'ServiceAccount' && accounts.has(`${namespace ?? ''}/${name ?? ''}`)
    }),
  )

function grantChange(pair: ManifestPair, grantsOf: (of: Manifest) => Set<string>, verb: string): Change[] {
  const { before, after, kind } = pair
  const [old, fresh] = [before, after].map(of => (of === undefined ? new Set<string>() : grantsOf(of)))
  const added = [...(fresh ?? [])].filter(grant => old?.has(grant) !== true)
  const gone = [...(old ?? [])].filter(grant => fresh?.has(grant) !== true)
  const object = (after ?? before)?.object
  if (object === undefined || (added.length === 0 && gone.length === 0) || isTrigger(pair, added, gone)) return []
  const { namespace, name } = object.metadata
  const common = {
    subject: `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`,
    details: [
      ...gone.map(grant => detail('grant', grant, undefined)),
      ...added.map(grant => detail('grant', undefined, grant)),
    ],
    positions: positionsOf(before, after),
  }
  if (added.length === 0) {
    const sentence = `${after === undefined ? 'It is gone' : 'It no longer allows'}: ${enumeration(gone)}.`
    return [{ ...common, severity: 'notice', kind: 'access-withdrawn', sentence }]
  }
  const sweeping = added.some(grant => /\*|ClusterRole (cluster-admin|admin)$/.test(grant))
  const severity: Severity = before === undefined && !sweeping ? 'warning' : 'danger'
  const sentence = `It ${before === undefined ? '' : 'now also '}${verb} ${enumeration(added, 8)}.`
  return [{ ...common, severity, kind: 'access-granted', sentence }]
}

/** `create backupsessions.holdfast.dev`, one for each verb and resource. */
function permissionsOf({ object }: Manifest): Set<string> {
  const texts = (rule: unknown, field: string) => itemsOf(fieldAt(rule, field)).map(String)
  const gathered = itemsOf(fieldAt(object, 'aggregationRule', 'clusterRoleSelectors'))
  return new Set([
    ...gathered.map(selector => `whatever roles with the labels ${JSON.stringify(selector)} allow`),
    ...itemsOf(object['rules']).flatMap(rule => {
      const names = texts(rule, 'resourceNames')
      const only = names.length === 0 ? '' : ` named ${names.join(' or ')}`
      const resources = texts(rule, 'resources').flatMap(resource =>
        texts(rule, 'apiGroups').map(group => (group === '' ? resource : `${resource}.${group}`)),
      )
      const things = [...resources.map(resource => `${resource}${only}`), ...texts(rule, 'nonResourceURLs')]
      return texts(rule, 'verbs').flatMap(verb => things.map(thing => `${verb} ${thing}`))
    }),
  ])
}

function subjectsOf({ object }: Manifest): Set<string> {
  const role = `${textOf(fieldAt(object, 'roleRef', 'kind')) ?? ''} ${textOf(fieldAt(object, 'roleRef', 'name')) ?? ''}`
  return new Set(
    itemsOf(object['subjects']).map(subject => {
      const [kind, namespace, name] = ['kind', 'namespace', 'name'].map(field => textOf(fieldAt(subject, field)))
      return `${kind ?? ''} ${namespace === undefined ? '' : `${namespace}/`}${name ?? ''} the rights of ${role}`
    }),
  )
}

/** A trigger’s own role comes and goes with its policy: it may create sessions in its namespace and nothing else. */
function isTrigger({ before, after, kind }: ManifestPair, added: readonly string[], gone: readonly string[]): boolean {
  const object = (after ?? before)?.object
  if (object?.metadata.labels?.[labels.configuration] === undefined || (before !== undefined && after !== undefined)) {
    return false
  }
  const { name, namespace } = object.metadata
  const account = `ServiceAccount ${namespace === undefined ? '' : `${namespace}/`}${name} the rights of Role ${name}`
  const expected = kind === 'Role' ? `create ${backupSessionKind.plural}.${apiGroup}` : account
  return [...added, ...gone].every(grant => grant === expected)
}
