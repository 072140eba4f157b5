/** Pods that Pod Security `restricted` judges, and the controls that it finds broken; a cluster must agree. */
export interface JudgedPod {
  readonly name: string
  readonly spec: object
  readonly controls: readonly string[]
}

const container = {
  name: 'mover',
  image: 'registry.example/mover:1',
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
}
const context = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }
const good = { restartPolicy: 'Never', securityContext: context, containers: [container] }

const pod = (name: string, change: object, ...controls: string[]): JudgedPod => ({
  name,
  spec: { ...good, ...change },
  controls,
})
const own = (name: string, securityContext: object, ...controls: string[]): JudgedPod =>
  pod(
    name,
    { containers: [{ ...container, securityContext: { ...container.securityContext, ...securityContext } }] },
    ...controls,
  )
const ofPod = (name: string, securityContext: object, ...controls: string[]): JudgedPod =>
  pod(name, { securityContext: { ...context, ...securityContext } }, ...controls)
const volume = (name: string, source: object, ...controls: string[]): JudgedPod =>
  pod(name, { volumes: [{ name: 'v', ...source }] }, ...controls)

export const judgedPods: readonly JudgedPod[] = [
  pod('all in order', {}),
  pod('no security context at all', { securityContext: {} }, 'Running as Non-root', 'Seccomp'),
  pod('host network', { hostNetwork: true }, 'Host Namespaces'),
  pod('host process ids', { hostPID: true }, 'Host Namespaces'),
  pod('host IPC', { hostIPC: true }, 'Host Namespaces'),
  own('privilege escalation', { allowPrivilegeEscalation: true }, 'Privilege Escalation'),
  own('capabilities not dropped', { capabilities: {} }, 'Capabilities'),
  own('the one capability that may be added', { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }),
  own('a capability of baseline', { capabilities: { drop: ['ALL'], add: ['CHOWN'] } }, 'Capabilities'),
  own('container as root', { runAsUser: 0 }, 'Running as Non-root user'),
  own('container that may be root', { runAsNonRoot: false }, 'Running as Non-root'),
  ofPod('pod as root', { runAsUser: 0 }, 'Running as Non-root user'),
  ofPod('pod that may be root', { runAsNonRoot: false }, 'Running as Non-root'),
  pod(
    'pod that may be root with a container that may not',
    {
      securityContext: { ...context, runAsNonRoot: false },
      containers: [{ ...container, securityContext: { ...container.securityContext, runAsNonRoot: true } }],
    },
    'Running as Non-root',
  ),
  ofPod('unconfined pod', { seccompProfile: { type: 'Unconfined' } }, 'Seccomp'),
  own('unconfined container', { seccompProfile: { type: 'Unconfined' } }, 'Seccomp'),
  own('masked proc', { procMount: 'Default' }),
  ofPod('strange SELinux type', { seLinuxOptions: { type: 'spc_t' } }, 'SELinux'),
  ofPod('SELinux type of containers', { seLinuxOptions: { type: 'container_t', level: 's0:c1' } }),
  ofPod('SELinux user', { seLinuxOptions: { user: 'root' } }, 'SELinux'),
  ofPod('AppArmor off', { appArmorProfile: { type: 'Unconfined' } }, 'AppArmor'),
  ofPod('AppArmor default', { appArmorProfile: { type: 'RuntimeDefault' } }),
  ofPod('safe sysctl', { sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }] }),
  ofPod('unsafe sysctl', { sysctls: [{ name: 'kernel.msgmax', value: '1' }] }, 'Sysctls'),
  volume('folder of the node', { hostPath: { path: '/etc' } }, 'HostPath Volumes'),
  volume('NFS', { nfs: { server: 'nfs', path: '/' } }, 'Volume Types'),
  volume('claim', { persistentVolumeClaim: { claimName: 'c' } }),
  volume('secret', { secret: { secretName: 's' } }),
  volume('empty folder', { emptyDir: {} }),
  pod(
    'port of the node',
    { containers: [{ ...container, ports: [{ containerPort: 80, hostPort: 80 }] }] },
    'Host Ports',
  ),
  pod(
    'probe of another host',
    { containers: [{ ...container, livenessProbe: { httpGet: { port: 80, host: '10.0.0.1' } } }] },
    'Host Probes',
  ),
  pod('probe of its own', { containers: [{ ...container, livenessProbe: { tcpSocket: { port: 80 } } }] }),
  pod(
    'init container',
    { initContainers: [{ name: 'hook', image: 'registry.example/hook:1' }] },
    'Privilege Escalation',
    'Capabilities',
  ),
  own(
    'privileged',
    { privileged: true, allowPrivilegeEscalation: true },
    'Privileged Containers',
    'Privilege Escalation',
  ),
]
