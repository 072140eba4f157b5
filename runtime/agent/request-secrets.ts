import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HttpPostSpec, HttpRequestSpec, SecretKey } from '../../lib/api/http-action.js'
import { requestKeys } from '../../lib/notification/request-secrets.js'

/** What a key of a Secret gave: a text, or why there is none. */
export type SecretText = { readonly text: string } | { readonly problem: string }

/** The credentials of a request. */
export interface RequestSecrets {
  /** Undefined when the request names none. */
  readonly url: SecretText | undefined
  /** Of each header with `valueFrom`, in order. */
  readonly headers: readonly SecretText[]
}

/** Most bytes of a URL or header: a receiver takes far less. */
const longest = 32 * 1024

/**
 * The credentials of requests, in their order, out of the folder where `requestVolumes` has put them. Never throws: what
 * cannot be used says so without quoting it.
 */
export function readRequestSecrets(
  actions: readonly { readonly httpGet?: HttpRequestSpec | undefined; readonly httpPost?: HttpPostSpec | undefined }[],
  folder: string,
): RequestSecrets[] {
  let next = 0
  const take = (key: SecretKey): SecretText => {
    const path = join(folder, String(next))
    next += 1
    return textOf(path, key)
  }
  return actions.map(action => {
    const { url, headers } = requestKeys(action)
    return { url: url === undefined ? undefined : take(url), headers: headers.map(take) }
  })
}

function textOf(path: string, { name, key }: SecretKey): SecretText {
  const missing = { problem: `Secret ${name} is not there, or its key ${key} is missing or empty` }
  const held = `what Secret ${name} holds at key ${key}`
  try {
    const bytes = readFileSync(path)
    if (bytes.length > longest) return { problem: `${held} has ${bytes.length} bytes; at most ${longest} are taken` }
    if (bytes.includes(0)) return { problem: `${held} is no text: it has a NUL` }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim()
    return text === '' ? missing : { text }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return missing
    return { problem: error instanceof TypeError ? `${held} is no text: it is not UTF-8` : `${held} cannot be read` }
  }
}
