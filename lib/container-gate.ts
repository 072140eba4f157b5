import type { SecretKey } from './api/http-action.js'
import { longestArgument, utf8Bytes } from './argument-size.js'
import { canonicalJson } from './digest.js'
import { isFormerRequestSecret } from './notification/former-request-secret.js'
import type { Container } from './pod.js'
import type { ProblemCode } from './problem.js'
import { accessVolume } from './volumes.js'

/** What the containers of one template may ask for. */
export interface ContainerLimits {
  readonly images: ReadonlySet<string>
  readonly capabilities: ReadonlySet<string>
  readonly root: boolean
  /** Environment entries with references that the resolver writes itself, as canonical JSON. */
  readonly env: ReadonlySet<string>
  /** Keys of Secrets that the configuration’s hooks and notifications name. */
  readonly requestKeys: readonly SecretKey[]
  /** Ports that a present Function asks for, as canonical JSON. */
  readonly ports: ReadonlySet<string>
  /** Containers whose Function has kubernetesAccess, as canonical JSON: only exactly these may hold its token. */
  readonly withAccess: ReadonlySet<string>
}

const containerFields = [
  'name',
  'image',
  'imagePullPolicy',
  'command',
  'args',
  'workingDir',
  'env',
  'envFrom',
  'ports',
  'volumeMounts',
  'volumeDevices',
  'resources',
  'securityContext',
  'terminationMessagePath',
  'terminationMessagePolicy',
] // prettier-ignore
const securityFields = [
  'runAsUser',
  'runAsGroup',
  'allowPrivilegeEscalation',
  'readOnlyRootFilesystem',
  'capabilities',
  'seLinuxOptions',
]
const ownPodField =
  /^(metadata\.(name|namespace|uid)|status\.podIPs?|spec\.nodeName|metadata\.(labels|annotations)\['[^']*'\])$/

type Refuse = (path: string, message: string, code?: ProblemCode) => void

/** Refuses what one container of a committed template may not have; see `passGate`. */
export function checkContainer(container: Container, limits: ContainerLimits, refuse: Refuse): void {
  for (const field of Object.keys(container)) {
    if (!containerFields.includes(field))
      refuse(field, 'is not among the fields that a container of a Job template may set')
  }
  if (!limits.images.has(container.image)) {
    refuse(
      'image',
      `'${container.image}' is the image of no present Function, nor a trusted one; synthesize again, or add it to trustedImages`,
      'HF4002',
    )
  }
  for (const [index, argument] of (container.args ?? []).entries()) {
    // As its process gets it: the kubelet makes one `$` of two.
    const size = utf8Bytes(argument.replaceAll('$$', '$'))
    if (size > longestArgument)
      refuse(`args[${index}]`, `has ${size} bytes, and Linux has room for ${longestArgument} in one argument`)
  }
  checkSecurity(container, limits, refuse)
  for (const [index, entry] of (container.env ?? []).entries()) {
    if (entry.valueFrom === undefined || isOwnPodField(entry.valueFrom) || limits.env.has(canonicalJson(entry)))
      continue
    if (isFormerRequestSecret(entry, limits.requestKeys)) continue
    refuse(
      `env[${index}].valueFrom`,
      `'${entry.name}' refers to something that neither the configuration nor a present Function names`,
    )
  }
  for (const [index, entry] of (container.envFrom ?? []).entries()) {
    if (!limits.env.has(canonicalJson(entry)))
      refuse(`envFrom[${index}]`, 'refers to something that neither the configuration nor a present Function names')
  }
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    if (mount.name === accessVolume && !limits.withAccess.has(canonicalJson(container))) {
      const message =
        'gives a Kubernetes token to a container that is not exactly as its Function with kubernetesAccess'
      refuse(`volumeMounts[${index}]`, `${message}; synthesize the template again`)
    }
  }
  for (const [index, port] of (container.ports ?? []).entries()) {
    if (isObject(port) && ('hostPort' in port || 'hostIP' in port) && !limits.ports.has(canonicalJson(port)))
      refuse(`ports[${index}]`, 'takes a port of the node, which no present Function asks for')
  }
}

function checkSecurity(container: Container, limits: ContainerLimits, refuse: Refuse): void {
  const context = container.securityContext
  if (context === undefined) {
    refuse('securityContext', 'is missing; synthesize the template again')
    return
  }
  for (const field of Object.keys(context)) {
    if (!securityFields.includes(field))
      refuse(`securityContext.${field}`, 'is not among the fields that a container may set')
  }
  if (context.allowPrivilegeEscalation !== false) refuse('securityContext.allowPrivilegeEscalation', 'must be false')
  if (context.capabilities?.drop?.includes('ALL') !== true) refuse('securityContext.capabilities.drop', 'must be [ALL]')
  const added = (context.capabilities?.add ?? []).filter(capability => !limits.capabilities.has(capability))
  if (added.length > 0)
    refuse(
      'securityContext.capabilities.add',
      `${added.join(', ')}: set privileges: read-any-file in the configuration, where reviewers see it`,
    )
  if (context.runAsUser === 0 && !limits.root)
    refuse('securityContext.runAsUser', 'is root; set privileges: read-any-file in the configuration')
  if (context.runAsGroup === 0 && !limits.root)
    refuse('securityContext.runAsGroup', 'is the group of root; set privileges: read-any-file in the configuration')
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

function isOwnPodField(source: unknown): boolean {
  if (!isObject(source) || Object.keys(source).length !== 1 || !('fieldRef' in source)) return false
  const reference = source.fieldRef
  return (
    typeof reference === 'object' &&
    reference !== null &&
    'fieldPath' in reference &&
    ownPodField.test(String(reference.fieldPath))
  )
}
