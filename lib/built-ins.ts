import type { FunctionSpec } from './api/function.js'
import { scratchPath, secretPath } from './api/group.js'
import type { TaskSpec } from './api/task.js'

/** How every built-in step reaches the repository; the credentials come from the mounted Secret. */
const connection = [
  '--repository=${REPOSITORY_URL}',
  '--provider=${REPOSITORY_PROVIDER}',
  '--region=${REPOSITORY_REGION:=}',
  '--insecure-tls=${REPOSITORY_INSECURE_TLS}',
  '--max-connections=${MAX_CONNECTIONS}',
  `--secret-dir=${secretPath}`,
  `--scratch-dir=${scratchPath}`,
  '--enable-cache=${ENABLE_CACHE}',
]
const session = [
  '--hostname=${HOSTNAME}',
  '--session-uid=${SESSION_UID}',
  '--attempt=${ATTEMPT}',
  '--repository-id=${REPOSITORY_ID}',
  '--output-dir=${outputDir}',
]
const secretMount = { name: '${secretVolume}', mountPath: secretPath, readOnly: true }
const resources = { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '1Gi' } }
const light = { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '512Mi' } }

const pvcBackup: FunctionSpec = {
  image: '${HOLDFAST_IMAGE}',
  args: [
    'pvc-backup',
    ...connection,
    ...session,
    '--may-initialize=${MAY_INITIALIZE}',
    '--mount-path=${TARGET_MOUNT_PATH}',
    '--paths=${TARGET_PATHS}',
    '--exclude=${EXCLUDE_PATTERNS}',
    '--args=${DRIVER_ARGS}',
    '--partial-policy=${PARTIAL_POLICY}',
    '--empty-source-policy=${EMPTY_SOURCE_POLICY}',
  ],
  volumeMounts: [
    { name: '${targetVolume}', mountPath: '${TARGET_MOUNT_PATH}', subPath: '${TARGET_SUB_PATH:=}', readOnly: true },
    secretMount,
  ],
  runtimeSettings: { resources },
}

const pvcRestore: FunctionSpec = {
  image: '${HOLDFAST_IMAGE}',
  args: [
    'pvc-restore',
    ...connection,
    ...session,
    '--source-hostname=${SOURCE_HOSTNAME}',
    '--mount-path=${TARGET_MOUNT_PATH}',
    '--destination=${RESTORE_DESTINATION}',
    '--snapshots=${RESTORE_SNAPSHOTS}',
    '--paths=${RESTORE_PATHS}',
    '--include=${INCLUDE_PATTERNS}',
    '--exclude=${EXCLUDE_PATTERNS}',
    '--overwrite=${RESTORE_OVERWRITE}',
    '--when-not-empty=${RESTORE_WHEN_NOT_EMPTY}',
  ],
  volumeMounts: [
    { name: '${targetVolume}', mountPath: '${TARGET_MOUNT_PATH}', subPath: '${TARGET_SUB_PATH:=}' },
    secretMount,
  ],
  runtimeSettings: { resources },
}

const updateStatus: FunctionSpec = {
  image: '${HOLDFAST_IMAGE}',
  args: [
    'update-status',
    ...connection,
    ...session,
    '--namespace=${NAMESPACE}',
    '--invoker-kind=${INVOKER_KIND}',
    '--invoker-name=${INVOKER_NAME}',
    '--repository-name=${REPOSITORY_NAME}',
    '--bucket=${REPOSITORY_BUCKET}',
    '--prefix=${REPOSITORY_PREFIX}',
    '--cluster-name=${CLUSTER_NAME}',
    '--target-kind=${TARGET_KIND}',
    '--target-name=${TARGET_NAME}',
    '--pushgateway-url=${PROMETHEUS_PUSHGATEWAY_URL}',
  ],
  volumeMounts: [secretMount],
  runtimeSettings: { resources: light },
}

/** The Functions that come with Holdfast; an administrator may apply changed ones under other names. */
export const builtInFunctions: Readonly<Record<string, FunctionSpec>> = {
  'pvc-backup': pvcBackup,
  'pvc-restore': pvcRestore,
  'update-status': updateStatus,
}

const outputDir = { name: 'outputDir', value: `${scratchPath}/output` }
const secretVolume = { name: 'secretVolume', value: 'secret-volume' }
const targetVolume = { name: 'targetVolume', value: 'target-volume' }

function volumes(readOnly: boolean): NonNullable<TaskSpec['volumes']> {
  return [
    { name: 'target-volume', persistentVolumeClaim: { claimName: '${TARGET_NAME}', readOnly } },
    // Optional, so that the step itself can say that it is missing instead of a pod that never starts.
    { name: 'secret-volume', secret: { secretName: '${REPOSITORY_SECRET_NAME}', optional: true, defaultMode: 0o444 } },
  ]
}

const task = (step: string, readOnly: boolean): TaskSpec => ({
  steps: [
    { name: step, params: [outputDir, targetVolume, secretVolume] },
    { name: 'update-status', params: [outputDir, secretVolume] },
  ],
  volumes: volumes(readOnly),
})

/** The Tasks that come with Holdfast, by name. */
export const builtInTasks: Readonly<Record<string, TaskSpec>> = {
  'pvc-backup': task('pvc-backup', true),
  'pvc-restore': task('pvc-restore', false),
}
