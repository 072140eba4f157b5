import type { k8s } from 'cdk8s-plus-27'
import { apiGroup } from '../lib/api/group.js'
import { kinds } from '../lib/api/kinds.js'

const read = ['get', 'list', 'watch']

/**
 * What the controller may do in the whole cluster. It may not read Secrets, and it may change nothing that people
 * wrote: only sessions, their Jobs and interim claims, statuses and events.
 */
export const controllerRules: readonly k8s.PolicyRule[] = [
  { apiGroups: [apiGroup], resources: kinds.map(kind => kind.plural), verbs: read },
  { apiGroups: [apiGroup], resources: ['backupsessions'], verbs: ['create', 'update', 'delete'] },
  {
    apiGroups: [apiGroup],
    resources: ['backupsessions', 'restoresessions', 'repositories', 'backupconfigurations'].map(
      name => `${name}/status`,
    ),
    verbs: ['update'],
  },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: [...read, 'create', 'delete'] },
  { apiGroups: ['batch'], resources: ['cronjobs'], verbs: read },
  { apiGroups: [''], resources: ['pods', 'namespaces'], verbs: read },
  { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: [...read, 'create', 'delete'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'list', 'patch'] },
]

/** What the controller may do in its own namespace: leader election. */
export const leaseRules: readonly k8s.PolicyRule[] = [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
]
