import { parse } from 'yaml'
import { badRequest, unsupportedMediaType } from './api-error.js'
import type { ApiCall } from './reply.js'

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
export function parseBody(call: Pick<ApiCall, 'method' | 'contentType'>, text: string): Body {
  const type = (call.contentType ?? 'application/json').split(';')[0]?.trim() ?? ''
  if (text === '') return { type, content: undefined }
  const accepted = call.method === 'PATCH' ? patches : readable
  if (!accepted.includes(type) && call.method !== 'DELETE') throw unsupportedMediaType(type, accepted.join(', '))
  return { type, content: parseText(text, type) }
}

function parseText(text: string, type: string): unknown {
  try {
    return type.endsWith('yaml') ? parse(text) : JSON.parse(text)
  } catch (error) {
    throw badRequest(`the object provided is unrecognized: ${error instanceof Error ? error.message : String(error)}`)
  }
}
