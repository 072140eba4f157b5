import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../scripts/tools.mjs'

/** What the real restic said in one situation. */
export interface Recording {
  /** The command line, for people. */
  readonly args: string
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export type Json = Readonly<Record<string, unknown>>

export const recordingsFolder = join(root, 'test/simulation/restic/recordings')

/** All recordings, by the names of their situations. */
export function loadRecordings(): ReadonlyMap<string, Recording> {
  const names = readdirSync(recordingsFolder).filter(name => name.endsWith('.json'))
  return new Map(
    names.map(name => [
      name.slice(0, -'.json'.length),
      JSON.parse(readFileSync(join(recordingsFolder, name), 'utf8')) as Recording,
    ]),
  )
}

/** Lines of an output that are JSON objects; progress, which depends on the machine’s speed, is left out. */
export function messagesIn(output: string): Json[] {
  return output
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as Json)
    .filter(json => json['message_type'] !== 'status')
}

/** The one message of a kind. Throws when the recording has none. */
export function messageOf(output: string, kind: string): Json {
  const found = messagesIn(output).find(json => json['message_type'] === kind)
  if (found === undefined) throw new Error(`the recording has no message of type ${kind}: ${output.slice(0, 200)}`)
  return found
}

/** A recorded object with other values. Throws for a key that restic does not print. */
export function filled(recorded: Json, values: Json): Json {
  const unknown = Object.keys(values).filter(key => !Object.hasOwn(recorded, key))
  if (unknown.length > 0) throw new Error(`restic does not print ${unknown.join(', ')} in ${JSON.stringify(recorded)}`)
  return { ...recorded, ...values }
}

/** What two recordings of one situation have in common: keys, types and words, without times, ids and amounts. */
export function shapeOf({ args, code, stdout, stderr }: Recording): unknown {
  // How many small packs a prune finds depends on how its backups were cut into packs; nobody reads its words.
  if (args.split(' ').includes('prune')) return { code, stderr: shapeOfOutput(stderr) }
  return { code, stdout: shapeOfOutput(stdout), stderr: shapeOfOutput(stderr) }
}

function shapeOfOutput(output: string): unknown {
  const document = parsed(output)
  if (document !== undefined && !output.startsWith('{"message_type"')) return shapeOfValue(document)
  const lines = output
    .split('\n')
    .filter(line => line.trim() !== '' && !line.startsWith('['))
    .map(line => (line.startsWith('{') ? parsed(line) : masked(line)))
    .filter(line => (line as Json | undefined)?.['message_type'] !== 'status')
    // Whether the scan meets a file before the backup is done is a matter of luck.
    .filter(line => (line as Json | undefined)?.['during'] !== 'scan')
    .map(line => JSON.stringify(typeof line === 'string' ? line : shapeOfValue(line)))
  // Several goroutines talk at once, and how often depends on the machine.
  return [...new Set(lines)].sort()
}

function shapeOfValue(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value.map(each => JSON.stringify(shapeOfValue(each))))].sort()
  if (typeof value === 'string') return masked(value)
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOfValue(each)]))
}

const masked = (text: string) =>
  text
    .replace(/\d+\.\d+/g, '0')
    .replace(/[0-9a-f]{8,64}/g, '#')
    .replace(/data\/[0-9a-f]{2}\//g, 'data/#/')
    .replace(/\d+/g, '0')
    .replace(/ +/g, ' ')
    .replace(/(by PID 0 on) \S+ by \S+/, '$1 host by user')
    .replace(/\b0 [KMG]?i?B\b/g, '0 B')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
