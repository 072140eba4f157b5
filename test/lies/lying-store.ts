import { type IncomingMessage, request, type ServerResponse } from 'node:http'

/** One request to the store, as a lie may look at it. */
export interface StoreCall {
  readonly method: string
  /** Below the repository: `data/ab…`, `snapshots/…`, `config`. */
  readonly path: string
  /** Its number, from 0. */
  readonly number: number
}

/** What the store does with a request: the truth, or something else. */
export type StoreLie =
  | { readonly do: 'tell the truth' }
  | { readonly do: 'answer'; readonly status: number }
  | { readonly do: 'hang' }
  | { readonly do: 'reset' }
  /** Says that an upload is stored, and forgets it. */
  | { readonly do: 'drop' }
  /** Passes on half of the content, and breaks the connection. */
  | { readonly do: 'cut' }
  /** Passes the content on with one bit turned. */
  | { readonly do: 'flip' }
  /** Passes the content on byte by byte, with pauses. */
  | { readonly do: 'drip' }
  /** Answers from another repository. */
  | { readonly do: 'answer from'; readonly place: string }

export const truth: StoreLie = { do: 'tell the truth' }

/** The handler of a proxy in front of a REST server at `upstream`, for the repository `place`. */
export function lyingStore(upstream: string, place: string, lie: (call: StoreCall) => StoreLie) {
  let number = 0
  return (incoming: IncomingMessage, response: ServerResponse): void => {
    const { method = 'GET', url = '/' } = incoming
    const path = url.replace(new RegExp(`^/${place}/`), '')
    const todo = lie({ method, path, number: number++ })
    if (todo.do === 'answer') response.writeHead(todo.status).end()
    else if (todo.do === 'reset') incoming.socket.resetAndDestroy()
    else if (todo.do === 'drop') incoming.resume().once('end', () => response.writeHead(200).end())
    else if (todo.do !== 'hang') {
      const to = todo.do === 'answer from' ? url.replace(`/${place}/`, `/${todo.place}/`) : url
      const onward = request(`${upstream}${to}`, { method, headers: incoming.headers, agent: false }, answer => {
        response.writeHead(answer.statusCode ?? 500, answer.headers)
        pass(todo, answer, response)
      })
      onward.on('error', () => response.destroy())
      // A program that is killed in the middle of an upload never ends it; the request to the server would stay open.
      response.once('close', () => onward.destroy())
      incoming.pipe(onward)
    }
  }
}

function pass(lie: StoreLie, answer: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = []
  if (!['cut', 'flip', 'drip'].includes(lie.do)) {
    answer.pipe(response)
    return
  }
  answer.on('data', (chunk: Buffer) => chunks.push(chunk))
  answer.once('end', () => {
    const body = Buffer.concat(chunks)
    if (lie.do === 'drip') drip(body, response)
    else if (lie.do === 'cut') response.write(body.subarray(0, body.length / 2), () => response.destroy())
    else response.end(flipped(body))
  })
}

function flipped(body: Buffer): Buffer {
  const middle = Math.floor(body.length / 2)
  if (body.length > 0) body.writeUInt8(body.readUInt8(middle) ^ 1, middle)
  return body
}

function drip(body: Buffer, response: ServerResponse): void {
  const step = Math.max(1, Math.ceil(body.length / 8))
  let at = 0
  const timer = setInterval(() => {
    response.write(body.subarray(at, at + step))
    at += step
    if (at >= body.length) response.end()
  }, 5)
  response.once('close', () => clearInterval(timer))
}
