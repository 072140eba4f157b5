import type { Hook } from '../../lib/api/hooks.js'
import { messageOf } from './failure.js'
import type { AgentHost } from './host.js'

/** What an action needs from its surroundings. */
export interface HookPlace {
  readonly host: AgentHost
  /** Address of the pod, for hooks that name no host. */
  readonly podAddress: string
  readonly signal: AbortSignal
  readonly log: (line: string) => void
}

/** Undefined for success, else what went wrong. */
export type HookProblem = string | undefined

/** Runs the one action of a hook. Never throws for what the action does. */
export async function runAction(hook: Hook, place: HookPlace): Promise<HookProblem> {
  try {
    if (hook.exec !== undefined) return await execute(hook.exec.command, place)
    if (hook.httpGet !== undefined) return await request('GET', hook.httpGet, undefined, place)
    if (hook.httpPost !== undefined) return await request('POST', hook.httpPost, bodyOf(hook.httpPost), place)
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

interface Request {
  readonly host?: string | undefined
  readonly port: number
  readonly path?: string | undefined
  readonly scheme?: 'HTTP' | 'HTTPS' | undefined
  readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[] | undefined
}
interface Body {
  readonly text: string
  readonly type?: string
}

function bodyOf(post: NonNullable<Hook['httpPost']>): Body {
  if (post.form === undefined) return { text: post.body ?? '' }
  const pairs = post.form.flatMap(({ key, values }) => values.map(value => [key, value] as [string, string]))
  return { text: new URLSearchParams(pairs).toString(), type: 'application/x-www-form-urlencoded' }
}

async function request(
  method: string,
  to: Request,
  body: Body | undefined,
  { host, podAddress, signal }: HookPlace,
): Promise<HookProblem> {
  const path = to.path ?? '/'
  const address = { secure: to.scheme === 'HTTPS', host: to.host ?? podAddress, port: to.port, path }
  const type: Record<string, string> = body?.type === undefined ? {} : { 'content-type': body.type }
  const own = Object.fromEntries((to.httpHeaders ?? []).map(({ name, value }) => [name.toLowerCase(), value]))
  const { status } = await host.http({
    method,
    address,
    headers: { ...type, ...own },
    ...(body === undefined ? {} : { body: body.text }),
    signal,
    statusOnly: true,
  })
  if (status >= 200 && status < 400) return undefined
  return `${method} ${address.host}:${to.port}${path} answered ${status}`
}

async function dial(
  to: { host?: string | undefined; port: number },
  { host, podAddress, signal }: HookPlace,
): Promise<HookProblem> {
  await host.connect({ host: to.host ?? podAddress, port: to.port, signal })
  return undefined
}
