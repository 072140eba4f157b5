import { apiVersion } from '../../../lib/api/group.js'
import {
  BACKUP_SESSIONS,
  CONFIGURATIONS,
  FUNCTIONS,
  REPOSITORIES,
  RESTORE_SESSIONS,
  TASKS,
} from '../../../runtime/controller/objects.js'
import type { KubeClient } from '../../../runtime/kube/client.js'
import type { KubeObject } from '../../../runtime/kube/object.js'
import { JOBS, PERSISTENT_VOLUME_CLAIMS, PODS, type Resource } from '../../../runtime/kube/resource.js'
import { resourceOf, SECRETS } from '../../behaviour/kube-resource.js'
import { configuration, repository, restoreSession } from '../../runtime/controller/observation.js'

/** Whoever is asked about, by the role that a RoleBinding in the team's namespace gives. */
export const everybody = [
  'nobody',
  'holdfast-view',
  'holdfast-operate',
  'holdfast-edit',
  'view',
  'edit',
  'admin',
] as const
export type Who = (typeof everybody)[number]

/** One thing that somebody may want to do. */
export interface Act {
  readonly what: string
  readonly by: readonly Who[]
  readonly try: (client: KubeClient, namespace: string) => Promise<unknown>
}

const readers: readonly Who[] = ['holdfast-view', 'holdfast-operate', 'holdfast-edit', 'view', 'edit', 'admin']
const operators: readonly Who[] = ['holdfast-operate', 'holdfast-edit', 'edit', 'admin']
const editors: readonly Who[] = ['holdfast-edit', 'edit', 'admin']

/** What is there before anybody tries, so that reading, changing and deleting have an object. */
export function ground(namespace: string): KubeObject[] {
  return [
    plain(repository({}, {}), namespace, 'there'),
    plain(configuration({ repository: { name: 'there' }, paused: true }), namespace, 'there'),
    plain(restoreSession(), namespace, 'there'),
    session(namespace, 'there'),
  ]
}

/** An object as people write it: without a status and what the API server adds. */
function plain({ apiVersion, kind, ...object }: KubeObject, namespace: string, name: string): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace }, spec: object['spec'] }
}

const invoker = { apiGroup: 'holdfast.dev', kind: 'BackupConfiguration', name: 'there' }
const session = (namespace: string, name: string): KubeObject => ({
  apiVersion,
  kind: 'BackupSession',
  metadata: { name, namespace },
  spec: { invoker },
})

const creates = (make: (namespace: string) => KubeObject) => (client: KubeClient, namespace: string) => {
  const object = make(namespace)
  return client.create(resourceOf(object), object)
}
const deletes = (resource: Resource) => (client: KubeClient, namespace: string) =>
  client.delete(resource, 'there', namespace)
type RestoreSpec = ReturnType<typeof restoreSession>['spec']

/** A restore that anybody may try, with what differs. */
export function restoreAs(namespace: string, spec: Partial<RestoreSpec> = {}): KubeObject & { spec: RestoreSpec } {
  const whole = { ...restoreSession().spec, ...spec }
  return { ...plain(restoreSession(), namespace, 'tried'), spec: whole }
}
const restores = (spec: Partial<RestoreSpec>) => creates(namespace => restoreAs(namespace, spec))
const { target } = restoreSession().spec
const hook = { preRestore: { exec: { command: ['sh', '-c', 'env'] } } }

function trigger(namespace: string): KubeObject[] {
  const metadata = { name: 'tried', namespace }
  const group = 'rbac.authorization.k8s.io'
  return [
    { apiVersion: `${group}/v1`, kind: 'Role', metadata, rules: [triggerRule] },
    {
      apiVersion: `${group}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: group, kind: 'Role', name: 'there' },
      subjects: [{ kind: 'ServiceAccount', name: 'tried', namespace }],
    },
  ]
}
const triggerRule = { apiGroups: ['holdfast.dev'], resources: ['backupsessions'], verbs: ['create'] }

/** The Role of `ground`’s policy, as the compiler writes it. */
export const triggerRole = (namespace: string): KubeObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { name: 'there', namespace },
  rules: [triggerRule],
})

/** Everything that the page on tenancy has a line for. */
export const acts: readonly Act[] = [
  {
    what: 'read Repositories, policies and sessions',
    by: readers,
    try: async (client, namespace) => {
      for (const resource of [REPOSITORIES, CONFIGURATIONS, BACKUP_SESSIONS, RESTORE_SESSIONS])
        await client.list(resource, { namespace })
    },
  },
  { what: 'start a backup now', by: operators, try: creates(namespace => session(namespace, 'tried')) },
  {
    what: 'follow it to its end (`--wait`)',
    by: [...operators, 'view'],
    try: async (client, namespace) => {
      await client.tryGet(JOBS, 'none', namespace)
      await client.tryGet(PERSISTENT_VOLUME_CLAIMS, 'none', namespace)
      await client.list(PODS, { namespace })
    },
  },
  { what: 'delete a session, which ends it', by: operators, try: deletes(BACKUP_SESSIONS) },
  { what: 'restore into an empty volume', by: operators, try: restores({ overwrite: 'IfEmpty' }) },
  {
    what: 'restore one folder into another (`destination`)',
    by: editors,
    try: restores({ destination: '/holdfast-data/www/new' }),
  },
  {
    what: 'restore into one folder of a volume (`subPath`)',
    by: editors,
    try: restores({ target: { ...target, volumeMounts: [{ mountPath: '/data', subPath: 'www' }] } }),
  },
  {
    what: 'restore from another namespace’s Repository',
    by: editors,
    try: restores({ repository: { name: 'there', namespace: 'default' } }),
  },
  {
    what: 'restore with a Secret by name',
    by: editors,
    try: restores({ repository: { name: 'there', secretName: 'any' } }),
  },
  { what: 'restore over files (`Merge`, `Replace`)', by: editors, try: restores({ overwrite: 'Replace' }) },
  { what: 'restore with hooks', by: editors, try: restores({ hooks: hook }) },
  {
    what: 'restore with `runtimeSettings`',
    by: editors,
    try: restores({ runtimeSettings: { container: { envFrom: [{ secretRef: { name: 'any' } }] } } }),
  },
  {
    what: 'restore with a Task of one’s own, or its parameters',
    by: editors,
    try: restores({ task: { name: 'pvc-restore', params: [{ name: 'tried', value: 'x' }] } }),
  },
  { what: 'restore with `privileges`', by: editors, try: restores({ privileges: 'read-any-file' }) },
  {
    what: 'write a policy',
    by: editors,
    try: creates(namespace => plain(configuration(), namespace, 'tried')),
  },
  {
    what: 'pause a policy',
    by: editors,
    try: (client, namespace) => client.mergePatch(CONFIGURATIONS, 'there', namespace, { spec: { paused: false } }),
  },
  { what: 'delete a policy', by: editors, try: deletes(CONFIGURATIONS) },
  { what: 'write a Repository', by: editors, try: creates(namespace => plain(repository(), namespace, 'tried')) },
  { what: 'delete a Repository (its data stays)', by: editors, try: deletes(REPOSITORIES) },
  {
    what: 'apply the Role and RoleBinding of a policy’s trigger',
    by: ['admin'],
    try: async (client, namespace) => {
      for (const object of trigger(namespace)) await client.create(resourceOf(object), object)
    },
  },
  {
    what: 'write a Function or Task',
    by: [],
    try: creates(() => ({ apiVersion, kind: 'Function', metadata: { name: 'tried' }, spec: { image: 'x' } })),
  },
  {
    what: 'read Functions and Tasks (by a RoleBinding)',
    by: [],
    try: async client => {
      for (const resource of [FUNCTIONS, TASKS]) await client.list(resource)
    },
  },
  {
    what: 'write a status',
    by: [],
    try: async (client, namespace) => {
      const object = { ...session(namespace, 'there'), status: { phase: 'Succeeded' } }
      await client.replaceStatus(BACKUP_SESSIONS, object)
    },
  },
  {
    what: 'read Secrets (Kubernetes’ own `edit` may)',
    by: ['edit', 'admin'],
    try: (client, namespace) => client.list(SECRETS, { namespace }),
  },
  {
    what: 'create a Job (Kubernetes’ own `edit` may)',
    by: ['edit', 'admin'],
    try: creates(namespace => ({
      apiVersion: 'batch/v1',
      kind: JOBS.kind,
      metadata: { name: 'tried', namespace },
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'x', image: 'x' }] } } },
    })),
  },
]
