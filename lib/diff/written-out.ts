import { defaultMountPath, moverUser } from '../api/group.js'
import type { RepositorySpec } from '../api/repository.js'
import type { FleetPolicy } from '../fleet/policy.js'
import type { FleetRepository } from '../fleet/repository.js'
import { defaultMaintenanceInterval, defaultMaxConcurrentSessions } from '../repository-defaults.js'
import {
  defaultHistoryLimit,
  defaultStartDeadline,
  defaultStartingDeadline,
  defaultTimeOut,
} from '../resolver-defaults.js'

type Spec = FleetPolicy['spec']

/** A policy’s spec with every default written out, so that an absent field and its default are no difference. */
export function policyWrittenOut({ spec, namespace, paths }: FleetPolicy): Spec {
  return {
    timeZone: 'Etc/UTC',
    startingDeadline: defaultStartingDeadline,
    paused: false,
    backupHistoryLimit: defaultHistoryLimit,
    timeOut: defaultTimeOut,
    startDeadline: defaultStartDeadline,
    partialPolicy: 'Fail',
    emptySourcePolicy: 'Fail',
    privileges: 'restricted',
    ...spec,
    task: { ...spec.task, name: spec.task?.name ?? 'pvc-backup' },
    repository: { namespace, ...spec.repository },
    target: {
      ...spec.target,
      paths: [...paths],
      volumeMounts: spec.target.volumeMounts ?? [{ mountPath: defaultMountPath }],
      exclude: spec.target.exclude ?? [],
      args: spec.target.args ?? [],
    },
    retentionPolicy: { dryRun: false, ...spec.retentionPolicy },
    readAs: { user: moverUser, group: moverUser, ...spec.readAs },
    tempDir: { disableCaching: false, ...spec.tempDir },
  }
}

/** A Repository’s spec with every default written out. */
export function repositoryWrittenOut({ spec }: FleetRepository): RepositorySpec {
  const { maintenance } = spec
  return {
    maxConcurrentSessions: defaultMaxConcurrentSessions,
    usagePolicy: { allowedNamespaces: { from: 'Same' } },
    ...spec,
    maintenance: {
      ...maintenance,
      check: { interval: defaultMaintenanceInterval, ...maintenance?.check },
      prune: { interval: defaultMaintenanceInterval, ...maintenance?.prune },
    },
  }
}
