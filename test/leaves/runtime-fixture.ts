import type { ContainerSettings, RuntimeSettings } from '../../lib/api/runtime-settings.js'

const seLinuxOptions = { level: 's0', role: 'role', type: 'type', user: 'user' }
const fieldRef = { fieldPath: 'metadata.name' }

/** Settings of a container in which every field has a value. */
export const container: ContainerSettings = {
  resources: { requests: { cpu: '100m' }, limits: { memory: '1Gi' } },
  env: [{ name: 'COLOUR', value: 'blue', valueFrom: { fieldRef } }],
  envFrom: [
    {
      prefix: 'P_',
      configMapRef: { name: 'settings', optional: true },
      secretRef: { name: 'keys', optional: true },
    },
  ],
  securityContext: { runAsUser: 1000, runAsGroup: 1000, seLinuxOptions },
  nice: { adjustment: 5 },
  ionice: { class: 2, classData: 4 },
}

/** Settings in which every field has a value. */
export const runtimeSettings: RuntimeSettings = {
  container,
  pod: {
    nodeSelector: { disk: 'ssd' },
    nodeName: 'one',
    affinity: { podAffinity: { of: 'data' } },
    tolerations: [{ key: 'batch' }],
    topologySpreadConstraints: [{ maxSkew: 1 }],
    imagePullSecrets: [{ name: 'registry' }],
    priorityClassName: 'low',
    schedulerName: 'own',
    runtimeClassName: 'gvisor',
    enableServiceLinks: true,
    securityContext: { fsGroupChangePolicy: 'Always', seLinuxOptions },
    podLabels: { team: 'shop' },
    podAnnotations: { note: 'of the pod' },
  },
}
