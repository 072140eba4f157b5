import type { Hook } from '../../lib/api/hooks.js'
import type { SummaryValues } from '../../lib/notification/summary.js'
import { messageOf } from './failure.js'
import type { AgentHost } from './host.js'
import { outgoingRequest } from './outgoing-request.js'
import type { RequestSecrets } from './request-secrets.js'

/** What an action needs from its surroundings. */
export interface HookPlace {
  readonly host: AgentHost
  /** Address of the pod, for hooks that name no host. */
  readonly podAddress: string
  readonly signal: AbortSignal
  readonly log: (line: string) => void
  /** What a request’s `$(NAME)` stand for. */
  readonly values: SummaryValues
  readonly secrets: RequestSecrets
}

/** Undefined for success, else what went wrong. */
export type HookProblem = string | undefined

/** Runs the one action of a hook. Never throws for what the action does. */
export async function runAction(hook: Hook, place: HookPlace): Promise<HookProblem> {
  try {
    if (hook.exec !== undefined) return await execute(hook.exec.command, place)
    if (hook.httpGet !== undefined || hook.httpPost !== undefined) return await request(hook, place)
    if (hook.tcpSocket !== undefined) return await dial(hook.tcpSocket, place)
    return 'the hook has no action'
  } catch (error) {
    return place.signal.aborted ? stopped(place.signal) : messageOf(error)
  }
}

const stopped = (signal: AbortSignal) =>
  (signal.reason as { name?: string } | undefined)?.name === 'TimeoutError'
    ? 'it took longer than 5 minutes'
    : 'it was stopped'

function execute([command = '', ...args]: readonly string[], { host, signal, log }: HookPlace): Promise<HookProblem> {
  let last = ''
  const take = (chunk: Uint8Array) => {
    for (const line of Buffer.from(chunk).toString().split('\n')) {
      if (line.trim() === '') continue
      last = line.slice(0, 300)
      log(`hook: ${line}`)
    }
  }
  const said = () => (last === '' ? '' : `: ${last}`)
  return new Promise((resolve, reject) => {
    // A program that does not heed the signal must not keep the report back.
    signal.addEventListener('abort', () => resolve(stopped(signal)), { once: true })
    host
      .runProgram({ command, args, env: host.env, onStdout: take, onStderr: take, terminate: signal })
      .then(({ code, signal: name, startError }) => {
        if (signal.aborted) resolve(stopped(signal))
        else if (startError !== undefined) resolve(`${command}: ${startError}`)
        else resolve(code === 0 ? undefined : `${command} ended with ${code ?? name}${said()}`)
      }, reject)
  })
}

async function request(hook: Hook, place: HookPlace): Promise<HookProblem> {
  const { called, ...outgoing } = outgoingRequest(hook, { ...place, otherwise: '' })
  const { status } = await place.host.http({ ...outgoing, signal: place.signal, statusOnly: true })
  return status >= 200 && status < 400 ? undefined : `${called} answered ${status}`
}

async function dial(
  to: { host?: string | undefined; port: number },
  { host, podAddress, signal }: HookPlace,
): Promise<HookProblem> {
  await host.connect({ host: to.host ?? podAddress, port: to.port, signal })
  return undefined
}
