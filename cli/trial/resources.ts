import {
  BACKUP_SESSIONS,
  CONFIGURATIONS,
  FUNCTIONS,
  REPOSITORIES,
  RESTORE_SESSIONS,
  TASKS,
} from '../../runtime/controller/objects.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import {
  CRON_JOBS,
  NAMESPACES,
  PERSISTENT_VOLUME_CLAIMS,
  type Resource,
  SERVICE_ACCOUNTS,
} from '../../runtime/kube/resource.js'

const core = (plural: string, kind: string): Resource => ({ group: '', version: 'v1', plural, kind, namespaced: true })
const rbac = (plural: string, kind: string): Resource => ({ ...core(plural, kind), group: 'rbac.authorization.k8s.io' })

export const DEFINITIONS: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
}

const known = [
  ...[NAMESPACES, DEFINITIONS, FUNCTIONS, TASKS, PERSISTENT_VOLUME_CLAIMS, SERVICE_ACCOUNTS, CRON_JOBS],
  ...[REPOSITORIES, CONFIGURATIONS, BACKUP_SESSIONS, RESTORE_SESSIONS],
  ...[
    core('secrets', 'Secret'),
    core('configmaps', 'ConfigMap'),
    rbac('roles', 'Role'),
    rbac('rolebindings', 'RoleBinding'),
  ],
]

/** How the API addresses an object’s kind. Throws Error for a kind that no trial creates. */
export function resourceOf({ kind }: KubeObject): Resource {
  const resource = known.find(each => each.kind === kind)
  if (resource === undefined) throw new Error(`a trial creates no ${kind}`)
  return resource
}
