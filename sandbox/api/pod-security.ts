import { allContainers, type Container, type PodSpec, type SecurityContext } from './kinds.js'
import { type Fields, fieldsOf } from './object.js'

const levels = ['privileged', 'baseline', 'restricted'] as const
type Level = (typeof levels)[number]

/** What container runtimes allow by default, which `baseline` lets a container add again. */
const baselineCapabilities = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
)
const restrictedVolumes = new Set(
  'configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret'.split(' '),
)

/**
 * Why Pod Security (Kubernetes’ “Pod Security Standards”, latest) refuses a pod in a namespace with these labels, in its own
 * words; undefined when it does not. Left out: AppArmor, SELinux, sysctls, proc mounts and Windows.
 */
export function podSecurityRefusal(
  labels: Readonly<Record<string, string>> | undefined,
  spec: PodSpec,
): string | undefined {
  const level = levels.find(name => name === labels?.['pod-security.kubernetes.io/enforce']) ?? 'privileged'
  const found = violations(level, spec)
  return found.length === 0 ? undefined : `violates PodSecurity "${level}:latest": ${found.join(', ')}`
}

function violations(level: Level, spec: PodSpec): string[] {
  if (level === 'privileged') return []
  const all = [...baseline(spec), ...(level === 'restricted' ? restricted(spec) : [])]
  return all.filter(each => each !== undefined)
}

function baseline(spec: PodSpec): (string | undefined)[] {
  const outer = spec as unknown as Fields
  const host = ['hostNetwork', 'hostPID', 'hostIPC'].filter(key => outer[key] === true).map(key => `${key}=true`)
  const folders = (spec.volumes ?? []).filter(volume => volume.hostPath !== undefined).map(({ name }) => name)
  const added = (capabilities: SecurityContext['capabilities']) =>
    (capabilities?.add ?? []).filter(name => !baselineCapabilities.has(name))
  const extra = [...new Set(allContainers(spec).flatMap(each => added(each.securityContext?.capabilities)))]
  return [
    fault(
      spec,
      'non-default capabilities',
      each => added(each.securityContext?.capabilities).length > 0,
      `must not include ${extra.map(quoted).join(', ')} in securityContext.capabilities.add`,
    ),
    host.length > 0 ? `host namespaces (${host.join(', ')})` : undefined,
    folders.length > 0 ? `hostPath volumes (${listed('volume', folders)})` : undefined,
    fault(
      spec,
      'privileged',
      each => each.securityContext?.privileged === true,
      'must not set securityContext.privileged=true',
    ),
  ]
}

function restricted(spec: PodSpec): (string | undefined)[] {
  const pod = spec.securityContext
  const kindsOf = (volume: object) => Object.keys(volume).filter(key => key !== 'name')
  const volumes = (spec.volumes ?? []).filter(volume => kindsOf(volume).some(key => !restrictedVolumes.has(key)))
  const isRoot = (context: SecurityContext | undefined) => context?.runAsUser === 0
  return [
    fault(
      spec,
      'allowPrivilegeEscalation != false',
      each => each.securityContext?.allowPrivilegeEscalation !== false,
      'must set securityContext.allowPrivilegeEscalation=false',
    ),
    fault(
      spec,
      'unrestricted capabilities',
      each => each.securityContext?.capabilities?.drop?.includes('ALL') !== true,
      'must set securityContext.capabilities.drop=["ALL"]',
    ),
    volumes.length > 0 ? `restricted volume types (${volumes.map(describeVolume).join(', ')})` : undefined,
    fault(
      spec,
      'runAsNonRoot != true',
      each => (each.securityContext?.runAsNonRoot ?? pod?.runAsNonRoot) !== true,
      'must set securityContext.runAsNonRoot=true',
      'pod or ',
    ),
    isRoot(pod) ? 'runAsUser=0 (pod must not set runAsUser=0)' : undefined,
    fault(spec, 'runAsUser=0', each => isRoot(each.securityContext), 'must not set runAsUser=0'),
    fault(
      spec,
      'seccompProfile',
      each => !hasProfile(each.securityContext ?? {}) && !hasProfile(pod ?? {}),
      'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
      'pod or ',
    ),
  ]
}

function hasProfile(context: object): boolean {
  const { type } = fieldsOf(context as Fields, 'seccompProfile')
  return type === 'RuntimeDefault' || type === 'Localhost'
}

/** `name (containers "a", "b" rule)` when containers break a rule. */
function fault(
  spec: PodSpec,
  name: string,
  breaks: (container: Container) => boolean,
  rule: string,
  before = '',
): string | undefined {
  const guilty = allContainers(spec).filter(breaks)
  if (guilty.length === 0) return undefined
  return `${name} (${before}${listed(
    'container',
    guilty.map(each => each.name),
  )} ${rule})`
}

const quoted = (name: string) => JSON.stringify(name)

function listed(noun: string, names: readonly string[]): string {
  return `${noun}${names.length > 1 ? 's' : ''} ${names.map(quoted).join(', ')}`
}

function describeVolume({ name, ...source }: { readonly name: string }): string {
  return `volume ${quoted(name)} uses restricted volume type ${quoted(Object.keys(source)[0] ?? '')}`
}
