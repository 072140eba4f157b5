import { apiGroup } from '../api/group.js'
import { restorePhases, sessionPhases } from '../session-phase.js'
import { emitYaml } from '../yaml/emit.js'

type Path = readonly string[]

/** A series of kube-state-metrics from the objects of one kind. */
interface StateMetric {
  readonly name: string
  readonly help: string
  readonly each: Readonly<Record<string, unknown>>
}

const gauge = (name: string, help: string, path: Path): StateMetric => ({
  name,
  help,
  each: { type: 'Gauge', gauge: { path, nilIsZero: false } },
})

const conditions: StateMetric = {
  name: 'condition',
  help: 'Conditions: 1 for True, 0 otherwise',
  each: {
    type: 'Gauge',
    gauge: {
      path: ['status', 'conditions'],
      labelsFromPath: { type: ['type'], reason: ['reason'] },
      valueFrom: ['status'],
    },
  },
}

const phase = (list: readonly string[]): StateMetric => ({
  name: 'phase',
  help: 'Where the session stands',
  each: { type: 'StateSet', stateSet: { labelName: 'phase', path: ['status', 'phase'], list } },
})

const created = gauge('created', 'Unix time of the creation', ['metadata', 'creationTimestamp'])

function resource(kind: string, metrics: readonly StateMetric[], labels: Readonly<Record<string, Path>> = {}) {
  return {
    groupVersionKind: { group: apiGroup, version: 'v1alpha1', kind },
    metricNamePrefix: `kube_holdfast_${kind.toLowerCase()}`,
    labelsFromPath: { namespace: ['metadata', 'namespace'], name: ['metadata', 'name'], ...labels },
    metrics: [created, ...metrics],
  }
}

/**
 * The configuration of kube-state-metrics for Holdfast’s kinds. What it tells comes from the API server, so it is there
 * while the controller is not.
 */
export function customResourceState() {
  return {
    kind: 'CustomResourceStateMetrics',
    spec: {
      resources: [
        resource(
          'BackupConfiguration',
          [
            conditions,
            gauge('last_success', 'Unix time of the newest good backup', ['status', 'lastSuccessfulTime']),
            gauge('next_schedule', 'Unix time of the next session', ['status', 'nextScheduleTime']),
            gauge('paused', 'Whether scheduled sessions are skipped', ['spec', 'paused']),
          ],
          { repository: ['spec', 'repository', 'name'], claim: ['spec', 'target', 'ref', 'name'] },
        ),
        resource('BackupSession', [phase(sessionPhases)], { configuration: ['spec', 'invoker', 'name'] }),
        resource('RestoreSession', [phase(restorePhases)], { claim: ['spec', 'target', 'ref', 'name'] }),
        resource('Repository', [
          conditions,
          gauge('stored_bytes', 'Bytes in the store', ['status', 'totalBytes']),
          gauge('snapshots', 'Snapshots in the repository', ['status', 'snapshotCount']),
          gauge('integrity', 'Whether the last check found no damage', ['status', 'integrity']),
          gauge('last_backup', 'Unix time of the newest backup', ['status', 'lastBackupTime']),
        ]),
      ],
    },
  }
}

const use = [
  'For kube-state-metrics: --custom-resource-state-config-file.',
  'Its ClusterRole needs list and watch of these kinds, and of customresourcedefinitions (apiextensions.k8s.io), by which it',
  'finds them.',
]

/** The configuration as a file. */
export const customResourceStateFile = (): string =>
  `${use.map(line => `# ${line}\n`).join('')}${emitYaml(customResourceState())}`
