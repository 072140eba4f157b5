import { chmodSync, closeSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { hasApiAccess } from '../api/admission.js'
import type { Container, ContainerState, Pod } from '../api/kinds.js'
import type { Registry } from '../api/registry.js'
import { ContainerConfigError, type Environment, environmentOf } from './environment.js'
import { expand } from './expansion.js'
import { identityOf } from './identity.js'
import type { Image, ImageStore } from './image.js'
import type { ContainerProcess, Exit, Launcher, ProcessSpec } from './launcher.js'
import { readTerminationMessage } from './termination-message.js'
import { type MountedVolume, mountsOf } from './volume.js'

/** What the node gives to every container. */
export interface NodeContext {
  readonly registry: Registry
  readonly images: ImageStore
  readonly launcher: Launcher
  /** Pods' working folders come to lie here, and logs under `logFolder`. */
  readonly podFolder: string
  readonly logFolder: string
  /** Variables every container gets, as a cluster gives those of its Services. */
  readonly services: Environment
  /** How pods that mount a service account token reach the API, as `KUBECONFIG` and `HOLDFAST_API_URL`. */
  readonly kubeconfig: string
  readonly apiUrl: string
}

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** One run of one container: its process, and how it ended. */
export class ContainerRun {
  /** Fulfilled when the program runs or has already ended. */
  readonly started: Promise<void>
  startedAt: string
  readonly ended: Promise<ContainerState>
  readonly container: Container
  private readonly context: NodeContext
  private readonly process: ContainerProcess
  private readonly spec: ProcessSpec
  private readonly podUid: string
  private outOfMemory = false

  /** Throws ContainerConfigError when the container cannot be made as described. */
  constructor(
    context: NodeContext,
    pod: Pod,
    container: Container,
    image: Image,
    volumes: Map<string, MountedVolume>,
    attempt: number,
  ) {
    this.container = container
    this.startedAt = context.registry.timestamp()
    this.context = context
    this.podUid = pod.metadata.uid
    this.spec = processSpec(context, pod, container, image, volumes, attempt)
    this.process = context.launcher.start(this.spec)
    this.started = Promise.race([this.process.started, this.process.exited]).then(() => {
      this.startedAt = context.registry.timestamp()
    })
    this.ended = this.process.exited.then(exit => this.end(exit))
  }

  terminate(): void {
    this.process.terminate()
  }

  kill(): void {
    this.process.kill()
  }

  /** Ends the container as the kernel does when it passes its memory limit. */
  killOutOfMemory(): void {
    this.outOfMemory = true
    this.process.kill()
  }

  private end(exit: Exit): ContainerState {
    const { messageFile, logFile } = this.spec
    const own = readTerminationMessage(this.container, messageFile, logFile, exit.code)
    const message = exit.startError ?? this.context.launcher.reveal(own)
    rmSync(this.spec.folder, { recursive: true, force: true, maxRetries: 3 })
    return {
      terminated: {
        exitCode: this.outOfMemory ? 137 : exit.code,
        reason: reasonOf(exit, this.outOfMemory),
        ...(message === '' ? {} : { message }),
        startedAt: this.startedAt,
        finishedAt: this.context.registry.timestamp(),
        containerID: `sandbox://${this.podUid}/${this.container.name}`,
      },
    }
  }
}

function reasonOf(exit: Exit, outOfMemory: boolean): string {
  if (outOfMemory) return 'OOMKilled'
  if (exit.startError !== undefined) return 'StartError'
  return exit.code === 0 ? 'Completed' : 'Error'
}

/** Where the logs of a pod are; they go with the pod. */
export function podLogFolder({ logFolder }: NodeContext, pod: Pod): string {
  const { namespace, name, uid } = pod.metadata
  return join(logFolder, `${namespace}_${name}_${uid}`)
}

/** The log of one run of a container; every restart begins a new one. */
export function logFileOf(context: NodeContext, pod: Pod, container: string, attempt: number): string {
  return join(podLogFolder(context, pod), container, `${attempt}.log`)
}

function processSpec(
  context: NodeContext,
  pod: Pod,
  container: Container,
  image: Image,
  volumes: Map<string, MountedVolume>,
  attempt: number,
): ProcessSpec {
  const identity = identityOf(pod, container, image)
  const declared = environmentOf(context.registry.store, pod, container, context.services)
  const command = commandOf(container, image, declared)
  if (command.length === 0) throw new ContainerConfigError('no command specified')
  const folder = join(context.podFolder, pod.metadata.uid, 'containers', `${container.name}-${attempt}`)
  mkdirSync(folder, { recursive: true })
  const logFile = logFileOf(context, pod, container.name, attempt)
  mkdirSync(join(logFile, '..'), { recursive: true })
  const messageFile = join(folder, 'termination-log')
  for (const file of [logFile, messageFile]) closeSync(openSync(file, 'a'))
  chmodSync(messageFile, 0o666)
  const hostname = (pod.spec.hostname ?? pod.metadata.name).slice(0, 63)
  return {
    command,
    env: { ...base(context, pod, hostname, identity.user), ...image.env, ...declared },
    workingDir: container.workingDir,
    hostname,
    identity,
    mounts: mountsOf(container, volumes, declared),
    folder,
    logFile,
    messageFile,
    messagePath: container.terminationMessagePath ?? '/dev/termination-log',
  }
}

/** `command` replaces the image's entry point and default command; `args` alone replaces only the latter. */
function commandOf(container: Container, image: Image, env: Environment): string[] {
  const given = (texts: readonly string[] | undefined): string[] | undefined => texts?.map(text => expand(text, env))
  const command = given(container.command)
  const args = given(container.args)
  if (command !== undefined && command.length > 0) return [...command, ...(args ?? [])]
  return [...image.entrypoint, ...(args ?? image.command ?? [])]
}

function base(context: NodeContext, pod: Pod, hostname: string, user: number): Environment {
  const home = user === 0 ? '/root' : '/'
  const access = hasApiAccess(pod) ? { KUBECONFIG: context.kubeconfig, HOLDFAST_API_URL: context.apiUrl } : {}
  return {
    PATH: process.platform === 'linux' ? defaultPath : (process.env['PATH'] ?? defaultPath),
    HOSTNAME: hostname,
    HOME: home,
    ...access,
  }
}
