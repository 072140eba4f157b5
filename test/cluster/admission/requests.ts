import type { AllowedSettings } from '../../../constructs/index.js'
import { apiVersion } from '../../../lib/api/group.js'

type Fields = Readonly<Record<string, unknown>>

/** The lists that the tests’ policies are made with. */
export const permitted: AllowedSettings = {
  nodeLabels: ['disk'],
  tolerations: ['batch'],
  priorityClasses: ['backups', 'low'],
  runtimeClasses: ['gvisor'],
  imagePullSecrets: ['registry'],
  secrets: ['proxy'],
  serviceAccounts: ['quiescer'],
  repositoryFolders: ['/srv/backups/', 'nas:/exports'],
}

const target = { ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'orders' } }

/** A policy that the API server takes, with what differs. */
export const configurationOf = (namespace: string, spec: Fields) => ({
  apiVersion,
  kind: 'BackupConfiguration',
  metadata: { name: 'orders', namespace },
  spec: {
    target,
    repository: { name: 'own' },
    task: { name: 'pvc-backup' },
    schedule: '0 3 * * *',
    timeZone: 'UTC',
    retentionPolicy: { name: 'week', keepDaily: 7 },
    ...spec,
  },
})

/** A restore that the API server takes, with what differs. */
export const restoreOf = (namespace: string, spec: Fields) => ({
  apiVersion,
  kind: 'RestoreSession',
  metadata: { name: 'orders-back', namespace },
  spec: {
    target: { ...target, rules: [{ snapshots: ['latest'] }] },
    repository: { name: 'own' },
    task: { name: 'pvc-restore' },
    ...spec,
  },
})

/** A Repository in a folder of a node. */
export const repositoryIn = (namespace: string, path: string, source: 'hostPath' | 'nfs' = 'hostPath') => ({
  apiVersion,
  kind: 'Repository',
  metadata: { name: 'own', namespace },
  spec: {
    backend: {
      local: source === 'hostPath' ? { hostPath: { path, node: 'one' } } : { nfs: { server: 'nas', path } },
      storageSecretName: 'keys',
    },
  },
})

const pod = (fields: Fields) => ({ runtimeSettings: { pod: fields } })
const container = (fields: Fields) => ({ runtimeSettings: { container: fields } })
const label = (...keys: string[]) => ({ matchExpressions: keys.map(key => ({ key, operator: 'Exists' })) })
const nodeAffinity = (nodeSelectorTerms: readonly Fields[], preferred: readonly Fields[] = []) => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms },
      preferredDuringSchedulingIgnoredDuringExecution: preferred.map(preference => ({ weight: 1, preference })),
    },
  },
})
const template = (fields: Fields) => ({
  jobTemplate: { metadata: {}, spec: { template: { spec: { serviceAccountName: 'default', ...fields } } } },
})
const post = (more: Fields) => ({ httpPost: { path: '/', ...more } })
const told = (more: Fields) => ({ name: 'chat', on: ['Failed'], ...post(more) })
const secret = (name: string) => ({ secretKeyRef: { name, key: 'url' } })
const header = (name: string) => ({ name: 'Authorization', valueFrom: secret(name) })
const key = (name: string) => ({ name: 'PROXY', valueFrom: secret(name) })

type Asked = readonly [string, Fields]

const allowedSpecs: readonly Asked[] = [
  ['nothing', {}],
  ['a label of nodes', pod({ nodeSelector: { disk: 'ssd' } })],
  ['a taint', pod({ tolerations: [{ key: 'batch', operator: 'Exists' }] })],
  ['affinity to other pods and spread', pod({ affinity: { podAffinity: {} }, topologySpreadConstraints: [] })],
  ['affinity to a label of nodes, required and preferred', pod(nodeAffinity([label('disk')], [label('disk')]))],
  ['a priority and a runtime', pod({ priorityClassName: 'low', runtimeClassName: 'gvisor' })],
  ['a Secret for images', pod({ imagePullSecrets: [{ name: 'registry' }] })],
  ['a Secret for variables', container({ env: [key('proxy')], envFrom: [{ secretRef: { name: 'proxy' } }] })],
  [
    'variables that are no secret',
    container({ env: [{ name: 'A', value: 'b' }], envFrom: [{ configMapRef: { name: 'c' } }] }),
  ],
  [
    'hooks and notifications with a Secret and without',
    {
      hooks: {
        preBackup: { httpGet: { port: 80, path: '/' } },
        postBackup: post({ urlFrom: secret('proxy') }),
        notifications: [told({ host: 'a.test', port: 443, httpHeaders: [header('proxy'), { name: 'B', value: 'c' }] })],
      },
    },
  ],
  [
    'a template of a Function’s ServiceAccount',
    template({ serviceAccountName: 'quiescer', serviceAccount: 'quiescer' }),
  ],
  [
    'a template of a repository in an allowed folder',
    template({ volumes: [{ name: 'r', hostPath: { path: '/srv/backups/a..b/..c' } }] }),
  ],
] // prettier-ignore

/** What may be asked for, by a name. */
export const asked = (home: string): [string, object][] => [
  ...allowedSpecs.map(([name, spec]): [string, object] => [name, configurationOf(home, spec)]),
  ['a Repository in an allowed folder', repositoryIn(home, '/srv/backups/shop')],
  ['a Repository of an allowed NFS export', repositoryIn(home, '/exports/shop', 'nfs')],
]

const podOf = 'spec.runtimeSettings.pod'
const affinityOf = `${podOf}.affinity.nodeAffinity`
const templateOf = 'spec.jobTemplate.spec.template.spec'

const refusedSpecs: readonly (readonly [string, Fields, string])[] = [
  ['a node by name', pod({ nodeName: 'master' }), `${podOf}.nodeName: master is not allowed; it must be left out here`],
  [
    'another label of nodes',
    pod({ nodeSelector: { disk: 'ssd', 'node-role.kubernetes.io/control-plane': '' } }),
    `${podOf}.nodeSelector: node-role.kubernetes.io/control-plane is not allowed; expected one of disk`,
  ],
  [
    'another label of nodes, by affinity',
    pod(nodeAffinity([label('disk'), label('node-role.kubernetes.io/control-plane', 'zone')])),
    `${affinityOf}: node-role.kubernetes.io/control-plane, zone is not allowed; expected one of disk`,
  ],
  [
    'to rather have another label of nodes',
    pod(nodeAffinity([], [label('disk'), label('gpu')])),
    `${affinityOf}: gpu is not allowed; expected one of disk`,
  ],
  [
    'a node by the field that has its name',
    pod(nodeAffinity([label('disk'), { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['master'] }] }])),
    `${affinityOf}: master is not allowed; it must be left out here`,
  ],
  ['a field without a value', pod(nodeAffinity([{ matchFields: [{ key: 'metadata.name' }] }])), 'denied request'],
  [
    'another taint',
    pod({ tolerations: [{ key: 'batch' }, { key: 'gpu' }] }),
    `${podOf}.tolerations: gpu is not allowed; expected one of batch`,
  ],
  ['every taint', pod({ tolerations: [{ operator: 'Exists' }] }), `${podOf}.tolerations: every taint is not allowed`],
  [
    'another priority',
    pod({ priorityClassName: 'system-node-critical' }),
    `${podOf}.priorityClassName: system-node-critical is not allowed; expected one of backups, low`,
  ],
  [
    'another runtime',
    pod({ runtimeClassName: 'runc' }),
    `${podOf}.runtimeClassName: runc is not allowed; expected one of gvisor`,
  ],
  [
    'a scheduler',
    pod({ schedulerName: 'mine' }),
    `${podOf}.schedulerName: mine is not allowed; it must be left out here`,
  ],
  [
    'another Secret for images',
    pod({ imagePullSecrets: [{ name: 'other' }] }),
    `${podOf}.imagePullSecrets: other is not allowed`,
  ],
  [
    'another Secret as a variable',
    container({ env: [key('admin')] }),
    'spec.runtimeSettings.container.env: admin is not allowed; expected one of proxy',
  ],
  [
    'another Secret as many variables',
    container({ envFrom: [{ secretRef: { name: 'admin' } }] }),
    'spec.runtimeSettings.container.envFrom: admin is not allowed',
  ],
  [
    'another Secret as the address of a hook',
    { hooks: { postBackup: post({ urlFrom: secret('admin') }) } },
    'spec.hooks: a request takes its address or a header from a Secret that is not allowed; expected one of proxy',
  ],
  [
    'another Secret as a header of a notification',
    { hooks: { notifications: [told({ host: 'a.test', port: 443, httpHeaders: [header('admin')] })] } },
    'spec.hooks: a request takes its address or a header from a Secret that is not allowed',
  ],
  [
    'to read any file',
    { privileges: 'read-any-file' },
    'spec.privileges: read-any-file is not allowed; expected one of restricted',
  ],
  [
    'a template in the network of its node',
    template({ hostNetwork: true }),
    `${templateOf}.hostNetwork: no mover shares a namespace of its node`,
  ],
  ['a template that sees the processes of its node', template({ hostPID: true }), `${templateOf}.hostPID`],
  [
    'a privileged template',
    template({ initContainers: [{ securityContext: { privileged: true } }] }),
    'no container of a mover is privileged',
  ],
  [
    'a template of another ServiceAccount',
    template({ serviceAccountName: 'admin' }),
    `${templateOf}.serviceAccountName: admin is not allowed; expected one of default, quiescer`,
  ],
  [
    'a template of another ServiceAccount, by the old name of the field',
    { jobTemplate: { metadata: {}, spec: { template: { spec: { serviceAccount: 'admin' } } } } },
    `${templateOf}.serviceAccount: admin is not allowed; expected one of default, quiescer`,
  ],
  [
    'a template of another ServiceAccount by the old name, beside an allowed one',
    template({ serviceAccount: 'admin' }),
    `${templateOf}.serviceAccount: admin is not allowed`,
  ],
  [
    'a template with a folder of its node',
    template({ volumes: [{ name: 'r', hostPath: { path: '/etc' } }] }),
    `${templateOf}.volumes: a folder of a node`,
  ],
  [
    'a template with a folder whose name only begins alike',
    template({ volumes: [{ name: 'r', hostPath: { path: '/srv/backups-of-others' } }] }),
    `${templateOf}.volumes: a folder of a node`,
  ],
  [
    'a template with a folder that goes up from an allowed one',
    template({ volumes: [{ name: 'r', hostPath: { path: '/srv/backups/../../etc' } }] }),
    `${templateOf}.volumes: a folder of a node`,
  ],
  [
    'a template with an NFS export that goes up from an allowed one',
    template({ volumes: [{ name: 'r', nfs: { server: 'nas', path: '/exports/..' } }] }),
    `${templateOf}.volumes: a folder of a node`,
  ],
] // prettier-ignore

/** What may not be asked for, by a name, and a part of what is said then. */
export const refusals = (home: string): [string, object, string][] => [
  ...refusedSpecs.map(([name, spec, said]): [string, object, string] => [name, configurationOf(home, spec), said]),
  ['a restore on a node by name', restoreOf(home, pod({ nodeName: 'master' })), `${podOf}.nodeName: master`],
  ['a restore that writes as any user', restoreOf(home, { privileges: 'read-any-file' }), 'spec.privileges'],
  [
    'a Repository in a folder of a node',
    repositoryIn(home, '/etc'),
    'spec.backend.local: a folder of a node or of an NFS server',
  ],
  [
    'a Repository of another NFS export',
    repositoryIn(home, '/home', 'nfs'),
    'expected one below /srv/backups/, nas:/exports, or a claim',
  ],
] // prettier-ignore

/** For each policy somebody, and what this policy alone refuses them. */
export const broken = (home: string): [string, object][] => [
  ['bob', configurationOf(home, {})],
  ['alice', configurationOf(home, pod({ nodeName: 'master' }))],
  ['alice', configurationOf(home, template({ hostNetwork: true }))],
  ['alice', repositoryIn(home, '/etc')],
]
