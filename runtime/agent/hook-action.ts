import { spawn } from 'node:child_process'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import type { Hook } from '../../lib/api/hooks.js'
import { messageOf } from './failure.js'

/** What an action needs from its surroundings. */
export interface HookPlace {
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

function execute(command: readonly string[], { signal, log }: HookPlace): Promise<HookProblem> {
  const [program = '', ...args] = command
  return new Promise(resolve => {
    const child = spawn(program, args, { signal, killSignal: 'SIGTERM', stdio: ['ignore', 'pipe', 'pipe'] })
    let last = ''
    const take = (chunk: Buffer) => {
      for (const line of chunk
        .toString()
        .split('\n')
        .filter(each => each.trim() !== '')) {
        last = line.slice(0, 300)
        log(`hook: ${line}`)
      }
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('error', error => resolve(signal.aborted ? stopped(signal) : `${program}: ${messageOf(error)}`))
    child.once('close', (code, name) => {
      if (code === 0) resolve(undefined)
      else resolve(`${program} ended with ${code ?? name}${last === '' ? '' : `: ${last}`}`)
    })
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

function request(method: string, to: Request, body: Body | undefined, place: HookPlace): Promise<HookProblem> {
  const host = to.host ?? place.podAddress
  const send = to.scheme === 'HTTPS' ? httpsRequest : httpRequest
  const headers = Object.fromEntries((to.httpHeaders ?? []).map(({ name, value }) => [name.toLowerCase(), value]))
  return new Promise((resolve, reject) => {
    const options = {
      host,
      port: to.port,
      path: to.path ?? '/',
      method,
      signal: place.signal,
      agent: false,
      headers: {
        ...(body?.type === undefined ? {} : { 'content-type': body.type }),
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body.text) }),
        ...headers,
      },
    }
    const call = send(options, response => {
      const status = response.statusCode ?? 0
      response.resume()
      // The answer’s body is of no interest, but the socket must not stay open for it.
      response.once('end', () => call.destroy())
      resolve(
        status >= 200 && status < 400 ? undefined : `${method} ${host}:${to.port}${to.path ?? '/'} answered ${status}`,
      )
    })
    call.once('error', reject)
    call.end(body?.text)
  })
}

function dial(
  to: { host?: string | undefined; port: number },
  { podAddress, signal }: HookPlace,
): Promise<HookProblem> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: to.host ?? podAddress, port: to.port, signal })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.destroy()
      resolve(undefined)
    })
  })
}
