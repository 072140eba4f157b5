import type { KindDefinition } from '../schema/crd.js'
import { backupConfigurationSpec, backupConfigurationStatus } from './backup-configuration.js'
import { backupSessionSpec, backupSessionStatus } from './backup-session.js'
import { functionSpec } from './function.js'
import { repositorySpec, repositoryStatus } from './repository.js'
import { restoreSessionSpec, restoreSessionStatus } from './restore-session.js'
import { taskSpec } from './task.js'

const age = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }
const ready = { name: 'Ready', type: 'string', jsonPath: ".status.conditions[?(@.type=='Ready')].status" }
const reason = {
  name: 'Reason',
  type: 'string',
  jsonPath: ".status.conditions[?(@.type=='Ready')].reason",
  priority: 1,
}

export const repositoryKind: KindDefinition = {
  kind: 'Repository',
  plural: 'repositories',
  singular: 'repository',
  shortNames: ['hrepo'],
  scope: 'Namespaced',
  description: 'A restic repository: where it lies, who may use it and how it is maintained.',
  spec: repositorySpec,
  status: repositoryStatus,
  printerColumns: [
    { name: 'Integrity', type: 'boolean', jsonPath: '.status.integrity' },
    { name: 'Size', type: 'string', jsonPath: '.status.totalSize' },
    { name: 'Snapshot-Count', type: 'integer', jsonPath: '.status.snapshotCount' },
    { name: 'Last-Successful-Backup', type: 'date', jsonPath: '.status.lastBackupTime' },
    { name: 'Id', type: 'string', jsonPath: '.status.id', priority: 1 },
    age,
  ],
}

export const backupConfigurationKind: KindDefinition = {
  kind: 'BackupConfiguration',
  plural: 'backupconfigurations',
  singular: 'backupconfiguration',
  shortNames: ['hbc'],
  scope: 'Namespaced',
  description: 'A policy: which volume is backed up, when, where to, and which snapshots stay.',
  spec: backupConfigurationSpec,
  status: backupConfigurationStatus,
  printerColumns: [
    { name: 'Volume', type: 'string', jsonPath: '.spec.target.ref.name' },
    { name: 'Schedule', type: 'string', jsonPath: '.spec.schedule' },
    { name: 'Paused', type: 'boolean', jsonPath: '.spec.paused' },
    ready,
    { name: 'Last-Success', type: 'date', jsonPath: '.status.lastSuccessfulTime' },
    { name: 'Repository', type: 'string', jsonPath: '.spec.repository.name', priority: 1 },
    reason,
    age,
  ],
}

const phase = { name: 'Phase', type: 'string', jsonPath: '.status.phase' }
const duration = { name: 'Duration', type: 'string', jsonPath: '.status.sessionDuration' }
const why = { name: 'Why', type: 'string', jsonPath: ".status.conditions[?(@.type=='Ready')].reason" }

export const backupSessionKind: KindDefinition = {
  kind: 'BackupSession',
  plural: 'backupsessions',
  singular: 'backupsession',
  shortNames: ['hbs'],
  scope: 'Namespaced',
  description: 'One run of a BackupConfiguration.',
  spec: backupSessionSpec,
  status: backupSessionStatus,
  printerColumns: [
    { name: 'Configuration', type: 'string', jsonPath: '.spec.invoker.name' },
    phase,
    duration,
    why,
    { name: 'Attempt', type: 'integer', jsonPath: '.status.attempt', priority: 1 },
    { name: 'Job', type: 'string', jsonPath: '.status.jobName', priority: 1 },
    age,
  ],
}

export const restoreSessionKind: KindDefinition = {
  kind: 'RestoreSession',
  plural: 'restoresessions',
  singular: 'restoresession',
  shortNames: ['hrs'],
  scope: 'Namespaced',
  description: 'One restore into a volume. It runs once and never again.',
  spec: restoreSessionSpec,
  status: restoreSessionStatus,
  printerColumns: [
    { name: 'Volume', type: 'string', jsonPath: '.spec.target.ref.name' },
    { name: 'Repository', type: 'string', jsonPath: '.spec.repository.name' },
    phase,
    duration,
    why,
    age,
  ],
}

export const functionKind: KindDefinition = {
  kind: 'Function',
  plural: 'functions',
  singular: 'function',
  shortNames: ['hfn'],
  scope: 'Cluster',
  description: 'A step: the container that a Task runs. An administrator owns it.',
  spec: functionSpec,
  printerColumns: [{ name: 'Image', type: 'string', jsonPath: '.spec.image' }, age],
}

export const taskKind: KindDefinition = {
  kind: 'Task',
  plural: 'tasks',
  singular: 'task',
  shortNames: ['htask'],
  scope: 'Cluster',
  description: 'Functions in order, and the volumes that they share. An administrator owns it.',
  spec: taskSpec,
  printerColumns: [{ name: 'Steps', type: 'string', jsonPath: '.spec.steps[*].name' }, age],
}

/** The six kinds, in the order of the documentation. */
export const kinds: readonly KindDefinition[] = [
  repositoryKind,
  backupConfigurationKind,
  backupSessionKind,
  restoreSessionKind,
  functionKind,
  taskKind,
]
