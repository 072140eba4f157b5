import { fieldAt, fieldsOf, itemsOf, textOf } from '../fleet/manifest.js'
import { containersOf, contextsOf, type PodSecurityViolation, shown } from './violation.js'

const safeSysctls: readonly unknown[] = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
]
const selinuxTypes: readonly unknown[] = [
  '',
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
]
const baselineCapabilities: readonly unknown[] = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]

/** A pod as a template writes it. */
export interface PodTemplate {
  /** AppArmor was an annotation before it was a field. */
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec: unknown
}

/**
 * What the profile `baseline` forbids in a pod (Kubernetes 1.37, Pod Security Standards, every control). A pod that
 * names Windows is judged like any other.
 */
export function baselineViolations({ annotations = {}, spec }: PodTemplate): PodSecurityViolation[] {
  return [
    ...hostNamespaces(spec),
    ...contextControls(spec),
    ...containerControls(spec),
    ...volumesOfHost(spec),
    ...sysctls(spec),
    ...appArmorAnnotations(annotations),
  ]
}

function hostNamespaces(pod: unknown): PodSecurityViolation[] {
  return ['hostNetwork', 'hostPID', 'hostIPC']
    .filter(field => fieldAt(pod, field) === true)
    .map(field => ({ control: 'Host Namespaces', field, message: 'is true; it shares a namespace of the node' }))
}

function contextControls(pod: unknown): PodSecurityViolation[] {
  return contextsOf(pod).flatMap(({ place, container: context }) => {
    const found: PodSecurityViolation[] = []
    const forbid = (
      control: string,
      path: readonly string[],
      allowed: (value: unknown) => boolean,
      message: string,
    ) => {
      const value = fieldAt(context, ...path)
      if (value === undefined || value === null || allowed(value)) return
      found.push({ control, field: [place, ...path].join('.'), message: `is ${shown(value)}; ${message}` })
    }
    const profiles =
      (...names: readonly unknown[]) =>
      (value: unknown) =>
        names.includes(value)
    forbid('HostProcess', ['windowsOptions', 'hostProcess'], value => value === false, 'it runs on the node itself')
    forbid('Privileged Containers', ['privileged'], value => value === false, 'it has every right on the node')
    const selinux = 'SELinux'
    const types = 'expected a type of containers, or none'
    forbid(selinux, ['seLinuxOptions', 'type'], value => selinuxTypes.includes(value), types)
    for (const part of ['user', 'role']) {
      forbid(selinux, ['seLinuxOptions', part], value => value === '', `a ${part} may not be set`)
    }
    forbid('/proc Mount Type', ['procMount'], value => value === 'Default', 'expected Default')
    const confined = profiles('RuntimeDefault', 'Localhost')
    forbid('Seccomp', ['seccompProfile', 'type'], confined, 'expected RuntimeDefault or Localhost')
    forbid('AppArmor', ['appArmorProfile', 'type'], confined, 'expected RuntimeDefault or Localhost')
    for (const added of itemsOf(fieldAt(context, 'capabilities', 'add'))) {
      if (baselineCapabilities.includes(added)) continue
      const message = `has ${shown(added)}, more than a container gets by itself`
      found.push({ control: 'Capabilities', field: `${place}.capabilities.add`, message })
    }
    return found
  })
}

function containerControls(pod: unknown): PodSecurityViolation[] {
  return containersOf(pod).flatMap(({ place, container }) => [
    ...itemsOf(fieldAt(container, 'ports')).flatMap((port, index) => {
      const value = fieldAt(port, 'hostPort') ?? 0
      if (value === 0) return []
      const field = `${place}.ports[${index}].hostPort`
      return [{ control: 'Host Ports', field, message: `is ${shown(value)}; it takes a port of the node` }]
    }),
    ...probeHosts(place, container),
  ])
}

const handlers = [
  ['livenessProbe'],
  ['readinessProbe'],
  ['startupProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
] as const

function probeHosts(place: string, container: unknown): PodSecurityViolation[] {
  return handlers.flatMap(handler =>
    ['httpGet', 'tcpSocket'].flatMap(action => {
      const host = fieldAt(container, ...handler, action, 'host') ?? ''
      if (host === '') return []
      const field = [place, ...handler, action, 'host'].join('.')
      return [{ control: 'Host Probes', field, message: `is ${shown(host)}; a probe may only ask its own pod` }]
    }),
  )
}

function volumesOfHost(pod: unknown): PodSecurityViolation[] {
  return itemsOf(fieldAt(pod, 'volumes')).flatMap(volume => {
    const path = fieldsOf(volume)['hostPath']
    if (path === undefined || path === null) return []
    const field = `volumes[${textOf(fieldAt(volume, 'name')) ?? ''}].hostPath`
    return [{ control: 'HostPath Volumes', field, message: `mounts ${shown(fieldAt(path, 'path'))} of the node` }]
  })
}

function sysctls(pod: unknown): PodSecurityViolation[] {
  return itemsOf(fieldAt(pod, 'securityContext', 'sysctls')).flatMap(sysctl => {
    const name = fieldAt(sysctl, 'name')
    if (safeSysctls.includes(name)) return []
    const message = `sets ${shown(name)}, which others on the node would feel`
    return [{ control: 'Sysctls', field: 'securityContext.sysctls', message }]
  })
}

const appArmorAnnotation = 'container.apparmor.security.beta.kubernetes.io/'

function appArmorAnnotations(annotations: Readonly<Record<string, string>>): PodSecurityViolation[] {
  return Object.entries(annotations)
    .filter(
      ([name, profile]) => name.startsWith(appArmorAnnotation) && !/^(runtime\/default$|localhost\/|$)/.test(profile),
    )
    .map(([name, profile]) => ({
      control: 'AppArmor',
      field: `annotations[${name}]`,
      message: `is ${shown(profile)}; expected runtime/default or localhost/…`,
    }))
}
