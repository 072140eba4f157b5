import { isDeepStrictEqual } from 'node:util'
import { requestsPath, secretPath } from '../../lib/api/group.js'
import type { Notification } from '../../lib/api/notification.js'
import { builtInFunctions } from '../../lib/built-ins.js'
import type { Container, PodSpec, Volume } from '../../lib/pod.js'
import { addedCapabilities } from '../../lib/security-context.js'
import { isSessionVariable } from '../../lib/session-variables.js'
import { type AnySubject, secretNameOf } from '../../lib/variables.js'
import { repositoryVolumes } from '../../lib/volumes.js'
import { kubeletExpand } from '../lib/kubelet-expansion.js'
import { settings } from '../runtime/controller/observation.js'

/** What a pod of ours may never have, whatever a tenant wrote; each finding is a sentence. */
export function podFindings(subject: AnySubject, pod: PodSpec, interimClaim: string): string[] {
  const containers = [...pod.initContainers, ...pod.containers]
  return [
    ...hostFindings(pod),
    ...pod.volumes.flatMap(volume => volumeFindings(subject, volume, interimClaim)),
    ...containers.flatMap(container => containerFindings(subject, container)),
  ]
}

function hostFindings(pod: PodSpec): string[] {
  const host = ['hostNetwork', 'hostPID', 'hostIPC', 'hostUsers', 'shareProcessNamespace', 'hostAliases']
  const found = host.filter(field => field in pod).map(field => `the pod has ${field}`)
  if ('hostname' in pod) found.push(`it has the host name ${String(pod.hostname)}`)
  if (pod.serviceAccountName !== 'default') found.push(`it runs as ServiceAccount ${pod.serviceAccountName}`)
  if (pod.automountServiceAccountToken !== false) found.push('it has a Kubernetes token')
  return found
}

function volumeFindings(subject: AnySubject, volume: Volume, interimClaim: string): string[] {
  const { name, ...source } = volume
  const readOnly = subject.kind === 'BackupConfiguration'
  const allowed: Record<string, unknown>[] = [
    { persistentVolumeClaim: { claimName: subject.spec.target.ref.name, readOnly } },
    { secret: { secretName: secretNameOf(subject), optional: true, defaultMode: 0o444 } },
    { emptyDir: source.emptyDir },
    ...(subject.spec.interimVolumeTemplate === undefined
      ? []
      : [{ persistentVolumeClaim: { claimName: interimClaim } }]),
    ...requestSources(subject),
    ...repositoryVolumes(subject.repository.spec.backend).volumes.map(({ name: _name, ...own }) => own),
  ]
  const fits = allowed.some(each => isDeepStrictEqual(source, each))
  return fits ? [] : [`volume ${name} is none of its own: ${JSON.stringify(source)}`]
}

/** The credentials that requests name as a volume, and nothing else of their Secrets. */
export function projectedRequests(actions: readonly RequestingAction[]) {
  const requests = actions.map(each => each.httpPost ?? each.httpGet)
  const named = requests.flatMap(to => [to?.urlFrom, ...(to?.httpHeaders ?? []).map(each => each.valueFrom)])
  const sources = named
    .flatMap(each => each?.secretKeyRef ?? [])
    .map(({ name, key }, index) => ({ secret: { name, items: [{ key, path: `${index}` }], optional: true } }))
  return { sources, defaultMode: 0o444 }
}

type RequestingAction = Pick<Notification, 'httpGet' | 'httpPost'>

/** Those of a pod: a volume for each hook, and one for the notifications of its beginning. */
function requestSources({ spec }: AnySubject): Record<string, unknown>[] {
  const { notifications = [], ...hooks } = spec.hooks ?? {}
  const started = notifications.filter(each => each.on.includes('Started'))
  const sets: RequestingAction[][] = [
    ...Object.values(hooks).flatMap(hook => (hook === undefined ? [] : [[hook]])),
    started,
  ]
  return sets.map(actions => ({ projected: projectedRequests(actions) }))
}

function containerFindings(subject: AnySubject, container: Container): string[] {
  const { name, image, securityContext, env = [], command } = container
  const found: string[] = []
  const say = (what: string) => found.push(`container ${name}: ${what}`)
  if (image !== settings.image) say(`it runs image ${image}`)
  if (command !== undefined) say('it runs another command')
  if ('privileged' in (securityContext ?? {})) say('it is privileged')
  if (securityContext?.allowPrivilegeEscalation !== false) say('it may escalate')
  if (!isDeepStrictEqual(securityContext?.capabilities?.drop, ['ALL'])) say('it keeps capabilities')
  const added = securityContext?.capabilities?.add ?? []
  const allowed = addedCapabilities(subject.kind, subject.spec.privileges)
  if (added.some(each => !allowed.includes(each))) say(`it adds ${added.join()}`)
  if (container.terminationMessagePath !== '/dev/termination-log') say('it reports elsewhere')
  if (
    (name.endsWith('-hook') || name === 'notify') &&
    container.volumeMounts?.some(mount => mount.mountPath === secretPath)
  )
    say('a hook has the repository’s keys')
  const mounts = container.volumeMounts?.map(mount => mount.mountPath) ?? []
  if (new Set(mounts).size !== mounts.length) say('two volumes at one path')
  const last = new Map(env.map(each => [each.name, each.value]))
  for (const variable of env) {
    const twice = env.filter(each => each.name === variable.name).length > 1
    if (twice && isSessionVariable(variable.name)) say(`${variable.name} is given twice`)
  }
  if (container.envFrom !== undefined && !(last.get('PATH') ?? '').startsWith('/usr/local/sbin:'))
    say('a ConfigMap or Secret says where its programs are')
  for (const unsafe of ['NODE_OPTIONS', 'LD_PRELOAD'])
    if (last.get(unsafe) !== '') say(`${unsafe} is ${last.get(unsafe)}`)
  return [...found, ...argumentFindings(container)]
}

const flagsOf = (args: readonly string[]) => args.map(argument => argument.split('=', 1)[0] ?? '')
const hookFlags = ['run-hook', '--hook-type', '--output-dir', '--hook']
const notifyFlags = ['notify', '--event', '--session', '--notifications']

// Credentials, and what a request’s variables stand for, are given only to one that has some.
function wantedFlags(name: string, args: readonly string[]): string[] {
  const secrets = args.includes(`--request-secrets=${requestsPath}`) ? ['--request-secrets'] : []
  if (name === 'notify') return [...notifyFlags, ...secrets]
  if (!name.endsWith('-hook')) return flagsOf(builtInFunctions[args[0] ?? '']?.args ?? [])
  const session = args.at(-1)?.startsWith('--session=') === true ? ['--session'] : []
  return [...hookFlags, ...secrets, ...session]
}

function argumentFindings({ name, args = [], env = [] }: Container): string[] {
  const values = Object.fromEntries(env.map(each => [each.name, each.value ?? '']))
  const expanded = args.map(argument => kubeletExpand(argument, { ...values, HOME: 'expanded', X: 'expanded' }))
  const wanted = wantedFlags(name, args)
  const flags = flagsOf(expanded)
  return isDeepStrictEqual(flags, wanted) ? [] : [`container ${name}: its arguments are ${flags.join(' ')}`]
}

/** The value of a flag as the mover’s process gets it, after the kubelet’s expansion. */
export function received(container: Container | undefined, flag: string): string | undefined {
  const values = Object.fromEntries((container?.env ?? []).map(each => [each.name, each.value ?? '']))
  const argument = container?.args?.find(each => each.startsWith(`--${flag}=`))
  return argument === undefined ? undefined : kubeletExpand(argument.slice(flag.length + 3), values)
}
