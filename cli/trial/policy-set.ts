import type { ConfigurationObject, RepositoryObject } from '../../runtime/controller/objects.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { UserError } from '../user-error.js'

/** A policy’s objects, sorted by what a trial does with them. */
export interface PolicySet {
  readonly configurations: readonly ConfigurationObject[]
  readonly repositories: readonly RepositoryObject[]
  /** What is applied besides: CronJobs and their accounts, Functions, Tasks, claims, Secrets, … */
  readonly others: readonly KubeObject[]
  /** What a trial leaves out, as `Kind namespace/name`. */
  readonly leftOut: readonly string[]
}

const applied = new Set([
  ...['ConfigMap', 'CronJob', 'Function', 'Namespace', 'PersistentVolumeClaim', 'Role', 'RoleBinding', 'Secret'],
  ...['ServiceAccount', 'Task'],
])
// The trial brings its own, so they need no word.
const own = new Set(['CustomResourceDefinition', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'])

/** Sorts what a policy wrote. Throws UserError when there is no backup to try. */
export function policySetOf(objects: readonly KubeObject[], file: string): PolicySet {
  const system = systemNamespaces(objects)
  const mine = objects.filter(
    object => !system.has(object.metadata.namespace ?? '') && !isSystem(object) && !own.has(object.kind),
  )
  const configurations = mine.filter(isConfiguration)
  if (configurations.length === 0) {
    const found =
      objects.length === 0
        ? 'it wrote no YAML (a policy ends with app.synth(), and new App() has no outdir)'
        : `it wrote ${objects.length} objects, but no BackupConfiguration`
    throw new UserError(`${file}: there is no backup to try: ${found}. Add a VolumeBackup.`)
  }
  const others = mine.filter(object => applied.has(object.kind))
  const taken = new Set<KubeObject>([...configurations, ...others, ...mine.filter(isRepository)])
  const leftOut = mine.filter(object => !taken.has(object)).map(nameOf)
  return {
    configurations: configurations.map(placed),
    repositories: mine.filter(isRepository).map(placed),
    others,
    leftOut,
  }
}

/** `Kind namespace/name`. */
export function nameOf({ kind, metadata: { name, namespace } }: KubeObject): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
}

const isOurs = (object: KubeObject) => object.apiVersion.startsWith('holdfast.dev/')
const isConfiguration = (object: KubeObject): object is ConfigurationObject =>
  isOurs(object) && object.kind === 'BackupConfiguration'
const isRepository = (object: KubeObject): object is RepositoryObject => isOurs(object) && object.kind === 'Repository'

/** kubectl would put an object without a namespace into the context’s. */
function placed<T extends KubeObject>(object: T): T {
  return { ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? 'default' } }
}

/** Namespaces of an installation that the policy writes too: the trial runs a controller of its own. */
function systemNamespaces(objects: readonly KubeObject[]): Set<string> {
  const controllers = objects.filter(object => object.kind === 'Deployment' && isSystem(object))
  return new Set(controllers.flatMap(object => object.metadata.namespace ?? []))
}

// The label of everything that an installation brings, built-in Functions and Tasks included.
const isSystem = ({ metadata }: KubeObject) => metadata.labels?.['app.kubernetes.io/name'] === 'holdfast'
