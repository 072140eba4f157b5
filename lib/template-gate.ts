import { annotations, labels } from './api/group.js'
import { type ContainerLimits, checkContainer } from './container-gate.js'
import { canonicalJson } from './digest.js'
import { inputHash } from './input-hash.js'
import { nodeSelectorOf } from './node-selector.js'
import { requestsOf } from './notification/hook-problems.js'
import { keysOfRequests } from './notification/request-secrets.js'
import type { JobTemplate, PodSpec, Volume } from './pod.js'
import type { Problem } from './problem.js'
import { jobPolicy } from './resolver-defaults.js'
import { addedCapabilities } from './security-context.js'
import { isJobTemplate } from './template-shape.js'
import { type AnySubject, secretNameOf } from './variables.js'
import { accessVolume, interimClaimPlaceholder } from './volumes.js'

export interface GateContext {
  readonly subject: AnySubject
  /** The template as the resolver makes it now, from the Task and Functions that are present. */
  readonly fresh: JobTemplate | undefined
  /** Images that may run besides those of the present Functions: the controller’s own and those of earlier releases. */
  readonly trustedImages: readonly string[]
}

export type GateResult =
  | { readonly ok: true; readonly template: JobTemplate }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Whether a template was made from this configuration and Repository. */
export function isStale(template: unknown, subject: AnySubject): boolean {
  const found = isObject(template) && isObject(template['metadata']) ? template['metadata']['annotations'] : undefined
  return !isObject(found) || found[annotations.inputHash] !== inputHash(subject)
}

const jobFields = [
  'backoffLimit',
  'completions',
  'parallelism',
  'activeDeadlineSeconds',
  'podReplacementPolicy',
  'podFailurePolicy',
  'template',
]
const podFields = [
  'restartPolicy',
  'serviceAccountName',
  'automountServiceAccountToken',
  'enableServiceLinks',
  'activeDeadlineSeconds',
  'terminationGracePeriodSeconds',
  'securityContext',
  'initContainers',
  'containers',
  'volumes',
  'nodeSelector',
  'nodeName',
  'affinity',
  'tolerations',
  'topologySpreadConstraints',
  'imagePullSecrets',
  'priorityClassName',
  'schedulerName',
  'runtimeClassName',
] // prettier-ignore
const placementFields = [
  'runtimeClassName',
  'priorityClassName',
  'imagePullSecrets',
  'schedulerName',
  'nodeName',
  'nodeSelector',
  'affinity',
  'tolerations',
  'topologySpreadConstraints',
] as const
const metadataFields = ['labels', 'annotations']
// GitOps tools and this controller read the labels of a Job: a template may not choose them.
const jobLabels = [labels.managedBy, labels.component, labels.job]
const podSecurityFields = [
  'runAsNonRoot',
  'runAsUser',
  'runAsGroup',
  'fsGroup',
  'fsGroupChangePolicy',
  'supplementalGroups',
  'seccompProfile',
  'seLinuxOptions',
]

/**
 * Lets a committed Job template through only when it asks for nothing that the configuration itself could not get.
 * Whoever can write a BackupConfiguration can write its template, so it is input like any other: fields not on the
 * lists, other people’s Secrets, ServiceAccounts, host paths, privileges and unknown images are refused, all at once.
 */
export function passGate(template: unknown, context: GateContext): GateResult {
  const object = `${context.subject.kind} ${context.subject.namespace}/${context.subject.name}`
  const problems: Problem[] = []
  const refuse = (path: string, message: string, code: Problem['code'] = 'HF4001') =>
    problems.push({ code, object, path: `spec.jobTemplate.${path}`, message })
  if (!isJobTemplate(template)) {
    refuse('spec', 'is not a Job template as the compiler writes it; synthesize it again')
    return { ok: false, problems }
  }
  const { spec } = template
  const pod = spec.template.spec
  onlyFields(template, ['metadata', 'spec'], '', refuse)
  onlyFields(template.metadata, metadataFields, 'metadata', refuse)
  onlyFields(template.metadata.labels, jobLabels, 'metadata.labels', refuse)
  onlyFields(spec, jobFields, 'spec', refuse)
  onlyFields(spec.template, ['metadata', 'spec'], 'spec.template', refuse)
  onlyFields(spec.template.metadata, metadataFields, 'spec.template.metadata', refuse)
  onlyFields(pod, podFields, 'spec.template.spec', refuse)
  onlyFields(pod.securityContext, podSecurityFields, 'spec.template.spec.securityContext', refuse)
  checkPod(template, context, refuse)
  const limits = limitsOf(context)
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [index, container] of pod[list].entries()) {
      checkContainer(container, limits, (path, message, code) =>
        refuse(`spec.template.spec.${list}[${index}].${path}`, message, code),
      )
    }
  }
  for (const [index, volume] of pod.volumes.entries()) {
    const why = refusedVolume(volume, context)
    if (why !== undefined) refuse(`spec.template.spec.volumes[${index}]`, why)
  }
  return problems.length === 0 ? { ok: true, template } : { ok: false, problems }
}

type Refuse = (path: string, message: string, code?: Problem['code']) => void

function checkPod(template: JobTemplate, { subject, fresh }: GateContext, refuse: Refuse): void {
  const pod = template.spec.template.spec
  const path = 'spec.template.spec'
  const account = fresh?.spec.template.spec.serviceAccountName ?? 'default'
  if (pod.serviceAccountName !== account) {
    refuse(
      `${path}.serviceAccountName`,
      `'${pod.serviceAccountName}' is not the ServiceAccount of this Task; expected '${account}'`,
    )
  }
  if (pod.automountServiceAccountToken !== false)
    refuse(`${path}.automountServiceAccountToken`, 'must be false: movers hold no Kubernetes token')
  const root = subject.spec.privileges === 'read-any-file'
  const { runAsUser, runAsNonRoot, seccompProfile } = pod.securityContext
  if (!root && (runAsNonRoot !== true || runAsUser === 0)) {
    refuse(
      `${path}.securityContext`,
      'runs as root; set privileges: read-any-file in the configuration, where reviewers see it',
    )
  }
  const groups = [pod.securityContext['runAsGroup'], pod.securityContext['fsGroup']]
  if (!root && [...groups, ...groupsOf(pod.securityContext['supplementalGroups'])].includes(0))
    refuse(`${path}.securityContext`, 'has the group of root; set privileges: read-any-file in the configuration')
  if (canonicalJson(seccompProfile) !== '{"type":"RuntimeDefault"}')
    refuse(`${path}.securityContext.seccompProfile`, 'must be RuntimeDefault')
  for (const [field, value] of Object.entries(jobPolicy)) {
    if (canonicalJson(template.spec[field as keyof typeof jobPolicy]) !== canonicalJson(value))
      refuse(`spec.${field}`, `must be ${JSON.stringify(value)}: attempts are the session’s`)
  }
  if (pod.restartPolicy !== 'Never') refuse(`${path}.restartPolicy`, 'must be Never: attempts are the session’s')
  if (pod.containers.length !== 1) refuse(`${path}.containers`, 'must hold exactly one container, the last step')
  checkPlacement(pod, subject, refuse)
}

/** What admits a pod and finds it a node: exactly what the resolver makes of the configuration and its Repository. */
function checkPlacement(pod: PodSpec, subject: AnySubject, refuse: Refuse): void {
  const settings = subject.spec.runtimeSettings?.pod ?? {}
  for (const field of placementFields) {
    const wanted = field === 'nodeSelector' ? nodeSelectorOf(subject) : settings[field]
    if (canonicalJson(pod[field] ?? null) === canonicalJson(wanted ?? null)) continue
    const node = field === 'nodeSelector' ? ', with the node of the repository’s folder' : ''
    refuse(`spec.template.spec.${field}`, `differs from runtimeSettings.pod.${field} of the configuration${node}`)
  }
}

const groupsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function limitsOf({ subject, fresh, trustedImages }: GateContext): ContainerLimits {
  const pod = fresh?.spec.template.spec
  const present = [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])]
  return {
    images: new Set([...present.map(each => each.image), ...trustedImages]),
    capabilities: new Set(addedCapabilities(subject.kind, subject.spec.privileges)),
    root: subject.spec.privileges === 'read-any-file',
    // A reference to a Secret or ConfigMap is allowed only where the resolver itself writes the very same one.
    env: new Set(present.flatMap(each => [...(each.env ?? []), ...(each.envFrom ?? [])]).map(canonicalJson)),
    requestKeys: keysOfRequests(requestsOf(subject.spec.hooks)),
    ports: new Set(present.flatMap(each => each.ports ?? []).map(canonicalJson)),
    withAccess: new Set(
      present.filter(each => each.volumeMounts?.some(mount => mount.name === accessVolume)).map(canonicalJson),
    ),
  }
}

function refusedVolume(volume: Volume, { subject, fresh }: GateContext): string | undefined {
  const known = fresh?.spec.template.spec.volumes ?? []
  if (known.some(each => canonicalJson(each) === canonicalJson(volume))) return undefined
  const { name, ...source } = volume
  const kinds = Object.keys(source)
  const claim = volume.persistentVolumeClaim?.claimName
  if (kinds.length === 1 && volume.emptyDir !== undefined) return undefined
  if (
    kinds.length === 1 &&
    claim !== undefined &&
    (claim === subject.spec.target.ref.name || claim === interimClaimPlaceholder)
  )
    return undefined
  if (kinds.length === 1 && volume.secret !== undefined && volume.secret.secretName === secretNameOf(subject))
    return undefined
  return `'${name}' (${kinds.join(', ')}) is neither the target, the repository, its Secret nor scratch space, and no volume of the present Task`
}

function onlyFields(value: object, allowed: readonly string[], path: string, refuse: Refuse): void {
  for (const field of Object.keys(value)) {
    if (!allowed.includes(field))
      refuse(path === '' ? field : `${path}.${field}`, 'is not among the fields that a Job template may set')
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
