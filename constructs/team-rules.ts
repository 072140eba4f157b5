import type { k8s } from 'cdk8s-plus-27'
import { apiGroup } from '../lib/api/group.js'
import { kinds } from '../lib/api/kinds.js'
import { useVerb } from './admission/repository-use.js'

/** What a team may do with Holdfast in its own namespaces. */
export type TeamRole = 'view' | 'operate' | 'edit'

/** The ClusterRole of a team role: `holdfast-view`, `holdfast-operate`, `holdfast-edit`. */
export const teamRoleName = (role: TeamRole): string => `holdfast-${role}`

/** Verbs that the API server itself never asks for: the policy `holdfast-restores` does. */
export const restoreVerbs = { overwrite: 'overwrite', customize: 'customize' } as const

const readVerbs = ['get', 'list', 'watch']
const policyKinds = ['repositories', 'backupconfigurations']
const sessionKinds = ['backupsessions', 'restoresessions']

// Functions and Tasks are of the whole cluster: a RoleBinding cannot let anybody read them, a ClusterRoleBinding can.
const view: readonly k8s.PolicyRule[] = [
  { apiGroups: [apiGroup], resources: kinds.map(({ plural }) => plural), verbs: readVerbs },
]

// For clusters with the admission policy that asks for it; another namespace’s Repositories take a binding there.
const useRule: k8s.PolicyRule = { apiGroups: [apiGroup], resources: ['repositories'], verbs: [useVerb] }

// What `holdfast trigger --wait` and `holdfast restore --wait` look at.
const commandRules: readonly k8s.PolicyRule[] = [
  { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get'] },
]

/**
 * The rules of each role. Each is complete alone, so that one binding is enough, and each has all of the one before it.
 * No role reaches a status, a Secret, or what a Function or Task is.
 */
export const teamRules: Readonly<Record<TeamRole, readonly k8s.PolicyRule[]>> = {
  view,
  operate: [
    ...view,
    { apiGroups: [apiGroup], resources: sessionKinds, verbs: ['create', 'delete'] },
    useRule,
    ...commandRules,
  ],
  edit: [
    ...view,
    {
      apiGroups: [apiGroup],
      resources: [...policyKinds, ...sessionKinds],
      verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'],
    },
    { apiGroups: [apiGroup], resources: ['restoresessions'], verbs: Object.values(restoreVerbs) },
    useRule,
    ...commandRules,
  ],
}
