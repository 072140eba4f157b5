import type { k8s } from 'cdk8s-plus-27'
import { apiGroup } from '../lib/api/group.js'
import { kinds } from '../lib/api/kinds.js'

const watch = ['list', 'watch']

/**
 * What the controller may do in the whole cluster. It may not read Secrets, and it may change nothing that people
 * wrote: only sessions, their Jobs and interim claims, statuses and events. The cluster suite compares these rules with
 * the API server’s audit log: no verb is here that the controller does not use.
 */
export const controllerRules: readonly k8s.PolicyRule[] = [
  { apiGroups: [apiGroup], resources: kinds.map(kind => kind.plural), verbs: watch },
  { apiGroups: [apiGroup], resources: ['backupconfigurations', 'backupsessions', 'restoresessions'], verbs: ['get'] },
  { apiGroups: [apiGroup], resources: ['backupsessions'], verbs: ['create', 'update', 'delete'] },
  {
    apiGroups: [apiGroup],
    resources: ['backupsessions', 'restoresessions', 'repositories', 'backupconfigurations'].map(
      name => `${name}/status`,
    ),
    verbs: ['update'],
  },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', ...watch, 'create', 'delete'] },
  { apiGroups: ['batch'], resources: ['cronjobs'], verbs: watch },
  { apiGroups: [''], resources: ['pods'], verbs: watch },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
  { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: [...watch, 'create', 'delete'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'list', 'patch'] },
]

/** What the controller may do in its own namespace: leader election. */
export const leaseRules: readonly k8s.PolicyRule[] = [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
]
