import { ApiObject, App, Chart, YamlOutputType } from 'cdk8s'

/** Shell and JSON inside a ConfigMap: what real policies carry, and what is slow to write as YAML. */
const script = `#!/bin/sh
set -eu

log() {
  printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*" >&2
}

fail() {
  log "error: $*"
  exit 1
}

[ -d /data ] || fail "the volume is not mounted"
[ -n "\${REPOSITORY:-}" ] || fail "REPOSITORY is not set"

if ! restic --repo "$REPOSITORY" cat config >/dev/null 2>&1; then
  log "no repository yet: creating it"
  restic --repo "$REPOSITORY" init
fi

restic --repo "$REPOSITORY" unlock
log "backup of /data begins"
restic --repo "$REPOSITORY" backup /data \
  --host "$HOST" --tag nightly --exclude-caches --exclude '*.tmp' --one-file-system

log "old snapshots are forgotten"
restic --repo "$REPOSITORY" forget --host "$HOST" --group-by host,paths \
  --keep-daily 7 --keep-weekly 4 --keep-monthly 12

if [ "$(date -u +%u)" = 7 ]; then
  log "weekly: prune and check"
  restic --repo "$REPOSITORY" prune --max-unused 5%
  restic --repo "$REPOSITORY" check --read-data-subset 1%
fi
log "done"
`

/** The three objects of policy `index`, in namespace `index mod 40`. */
export function triple(index, schedule = '15 3 * * *') {
  const name = `policy-${String(index).padStart(6, '0')}`
  const namespace = `team-${index % 40}`
  const metadata = { name, namespace, labels: { app: 'backup', policy: name } }
  return [cronJob(metadata, name, schedule), configMap(metadata, name), backupPolicy(metadata, schedule)]
}

function cronJob(metadata, name, schedule) {
  const labels = { app: 'backup', policy: name }
  const container = {
    name: 'backup',
    image: 'registry.example.com/backup/restic:0.18.0',
    command: ['/bin/sh', '-c', '/scripts/backup.sh'],
    env: [
      { name: 'REPOSITORY', value: 's3:https://s3.example.com/backups' },
      { name: 'HOST', value: name },
      { name: 'RESTIC_PASSWORD', valueFrom: { secretKeyRef: { name: 'restic', key: 'password' } } },
    ],
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '512Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'data', mountPath: '/data', readOnly: true },
      { name: 'scripts', mountPath: '/scripts' },
    ],
  }
  const spec = {
    restartPolicy: 'Never',
    serviceAccountName: 'backup',
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container],
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: `${name}-data`, readOnly: true } },
      { name: 'scripts', configMap: { name, defaultMode: 493 } },
    ],
  }
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata,
    spec: {
      schedule,
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 3600,
      jobTemplate: {
        metadata: { labels },
        spec: { backoffLimit: 2, activeDeadlineSeconds: 21600, template: { metadata: { labels }, spec } },
      },
    },
  }
}

function configMap(metadata, name) {
  const settings = JSON.stringify(
    { policy: name, keep: { daily: 7, weekly: 4 }, exclude: ['*.tmp', '/data/cache'] },
    null,
    2,
  )
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'backup.sh': script, 'settings.json': settings } }
}

function backupPolicy(metadata, schedule) {
  const retention = { keepDaily: 7, keepWeekly: 4, keepMonthly: 12 }
  const target = { claim: `${metadata.name}-data`, paths: ['/data'], exclude: ['*.tmp'] }
  return {
    apiVersion: 'example.com/v1',
    kind: 'BackupPolicy',
    metadata,
    spec: { schedule, repository: 'store', retention, target, recoveryPointObjective: '26h', paused: false },
  }
}

/**
 * An app of `size` objects. `shape`: `policies`, a chart for each three objects; `one`, a single chart; `files`, a chart
 * for each three objects in a folder of its own.
 */
export function tree(size, shape, outdir, changed = false) {
  const folders = YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE
  const app = new App({ outdir, ...(shape === 'files' ? { yamlOutputType: folders } : {}) })
  const one = shape === 'one' ? new Chart(app, 'fleet') : undefined
  for (let index = 0; index < Math.ceil(size / 3); index++) {
    const chart = one ?? new Chart(app, `policy-${index}`)
    for (const manifest of triple(index, changed && index === 7 ? '45 4 * * *' : undefined)) {
      new ApiObject(chart, `${manifest.kind}-${index}`, manifest)
    }
  }
  return app
}
