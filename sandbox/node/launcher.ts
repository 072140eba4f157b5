import type { Environment } from './environment.js'
import type { Identity } from './identity.js'
import type { Mount } from './volume.js'

/** Everything a container's process needs, resolved. */
export interface ProcessSpec {
  readonly command: readonly string[]
  readonly env: Environment
  readonly workingDir: string | undefined
  readonly hostname: string
  readonly identity: Identity
  readonly mounts: readonly Mount[]
  /** A folder of this container alone, for the launcher's own files. */
  readonly folder: string
  /** Where standard output and error go. */
  readonly logFile: string
  /** The file behind `terminationMessagePath`, and that path as the process sees it. */
  readonly messageFile: string
  readonly messagePath: string
}

export interface Exit {
  readonly code: number
  readonly signal?: number
  /** Why the process never came to run. */
  readonly startError?: string
}

export interface ContainerProcess {
  /** Fulfilled once the container's own program runs; never when it could not be started. */
  readonly started: Promise<void>
  readonly exited: Promise<Exit>
  /** SIGTERM to the main process only, as the kubelet sends it. */
  terminate(): void
  /** SIGKILL to everything the container runs. */
  kill(): void
}

/** Starts processes that see the mounts of their container. */
export interface Launcher {
  readonly mode: LaunchMode
  start(spec: ProcessSpec): ContainerProcess
  /** Turns paths of this machine in a text of a container back into the paths that the container saw. */
  reveal(text: string): string
}

/** `namespaces`: private mount and process namespaces (Linux as root); `rewriting`: paths replaced in the texts. */
export type LaunchMode = 'namespaces' | 'rewriting'
