const script = Array.from(
  { length: 20 },
  (_, step) => `if [ "$STEP" = "${step}" ]; then\n  restic backup --host "$HOST" /data # step ${step}\nfi\n`,
).join('')

function metadata(index: number) {
  const name = `policy-${index}`
  return {
    name,
    namespace: `team-${index % 50}`,
    labels: { 'app.kubernetes.io/name': 'backup', 'app.kubernetes.io/instance': name, tier: 'gold' },
    annotations: { 'example.dev/checked': '2026-01-01', note: 'Backs up the volume, nightly: see docs' },
  }
}

function container(index: number) {
  return {
    name: 'mover',
    image: 'registry.example.com/backup/mover:1.2.3',
    command: ['/bin/sh', '-c'],
    args: [script.slice(0, 200)],
    env: [
      { name: 'HOST', value: `host-${index}` },
      { name: 'PORT', value: '8080' },
      { name: 'VERBOSE', value: 'yes' },
      { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ],
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
  }
}

function cronJob(index: number) {
  const pod = {
    restartPolicy: 'Never',
    serviceAccountName: 'mover',
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container(index)],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: `data-${index}` } }],
  }
  const jobTemplate = { spec: { backoffLimit: 2, template: { spec: pod } } }
  const spec = { schedule: `${index % 60} 3 * * *`, timeZone: 'Europe/Berlin', suspend: false, jobTemplate }
  return { apiVersion: 'batch/v1', kind: 'CronJob', metadata: metadata(index), spec }
}

function configMap(index: number) {
  const data = { 'config.json': JSON.stringify({ policy: index, paths: ['/data', '/db'] }), 'run.sh': script }
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata(index), data }
}

function policy(index: number) {
  const spec = {
    target: { claim: `data-${index}`, paths: ['/data', '/data/db'] },
    retention: { keepLast: 5, keepDaily: 7, keepWeekly: 4 },
    repository: { name: 'store' },
    ratio: 0.5,
  }
  return { apiVersion: 'example.dev/v1', kind: 'BackupPolicy', metadata: metadata(index), spec }
}

/** As many objects as asked for, a third each of CronJobs, ConfigMaps with scripts, and policies. */
export function representativeObjects(count: number): object[] {
  const kinds = [cronJob, configMap, policy]
  return Array.from({ length: count }, (_, index) => kinds[index % kinds.length]?.(index) ?? {})
}
