import type { HttpRequest, SendHttp } from '../../runtime/agent/host.js'
import type { Clock } from '../../runtime/kube/clock.js'
import type { ContainerView } from './container-view.js'
import type { ResticProgram } from './restic/restic-program.js'
import type { ScriptedProgram } from './scripted-program.js'

/** Entry point of an image whose containers run Holdfast’s agent in this process. */
export const agentProgram = 'holdfast-agent'

/** A call of restic that is about to be made. */
export interface ResticCall {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  /** The agent’s subcommand: `pvc-backup`, `maintain`, … */
  readonly step: string
  /** Uid of the session that the step belongs to. */
  readonly session: string | undefined
  /** As the container sees them. */
  readonly args: readonly string[]
  /** How many calls this launcher saw before. */
  readonly index: number
  /** How many calls this container made before. */
  readonly indexInContainer: number
}

/**
 * What befalls a call: it is made; the container is killed before restic starts, half a second after it started, or when
 * it has ended and the agent has not heard of it; or restic is not run at all and seems to end so.
 */
export type ResticDecision =
  | 'go'
  | 'kill-before'
  | 'kill-during'
  | 'kill-after'
  | { readonly code: number; readonly stdout?: string; readonly stderr?: string }

export interface AgentLauncherOptions {
  readonly restic: ResticProgram
  /** The agents’ time; each process has timers of its own, which die with it. */
  readonly clock: Clock
  /** All HTTP of the agents: the Pushgateway, hooks, the API. */
  readonly http: (request: HttpRequest, from: ContainerView) => ReturnType<SendHttp>
  /** Programs of other containers and of exec hooks; the first that knows a command plays it. */
  readonly programs?: readonly ScriptedProgram[]
  /** Asked before each call of restic; `go` by default. */
  readonly onRestic?: (call: ResticCall) => ResticDecision | Promise<ResticDecision>
  /** TCP hooks; answered by default. */
  readonly connect?: (to: { readonly host: string; readonly port: number }) => Promise<void>
  /** Numbers from 0 to 1 for pauses between attempts; always a half by default, so that runs are alike. */
  readonly random?: () => number
}
