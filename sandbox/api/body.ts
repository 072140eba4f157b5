import type { IncomingMessage } from 'node:http'
import { parse } from 'yaml'
import { badRequest, unsupportedMediaType } from './api-error.js'

export interface Body {
  /** The media type without its parameters. */
  readonly type: string
  readonly content: unknown
}

const readable = ['application/json', 'application/yaml']
const patches = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
]

/** Reads a JSON or YAML body. Throws 415 for protobuf, which kubectl's generators send, and 400 for broken text. */
export async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  const type = (request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim() ?? ''
  if (text === '') return { type, content: undefined }
  const accepted = request.method === 'PATCH' ? patches : readable
  if (!accepted.includes(type) && request.method !== 'DELETE') throw unsupportedMediaType(type, accepted.join(', '))
  return { type, content: parseText(text, type) }
}

function parseText(text: string, type: string): unknown {
  try {
    return type.endsWith('yaml') ? parse(text) : JSON.parse(text)
  } catch (error) {
    throw badRequest(`the object provided is unrecognized: ${error instanceof Error ? error.message : String(error)}`)
  }
}
