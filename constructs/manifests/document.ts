import { constructFromEvents, EVENT_ID, type Event, getScalarValue, parseEvents, YAMLException } from 'js-yaml'
import { fieldsOf } from '../../lib/fleet/manifest.js'
import type { Problem, SourcePosition } from '../../lib/problem.js'
import { expansionOf } from './aliases.js'
import { kubectlSchema } from './kubectl-schema.js'
import { Positions } from './position.js'

/** A document of a file that may be a Kubernetes object. */
export interface ManifestDocument {
  readonly value: unknown
  readonly position: SourcePosition
  /** Where each of its `items` begins; empty unless it is a list. */
  readonly items: readonly SourcePosition[]
}

export interface ManifestDocuments {
  readonly documents: readonly ManifestDocument[]
  readonly problems: readonly Problem[]
}

/** Deeper than any object is, and shallow enough for the stack. */
const maxDepth = 500
/** Values that one document may stand for when its aliases are written out (the API server refuses 1.5 MiB anyway). */
const maxValues = 1_000_000

/**
 * The documents of a text that have an `apiVersion` and a `kind`, read as kubectl reads them; other YAML is left out.
 * Each document is read by itself, so that one that is broken does not hide the others.
 */
export function documentsOf(file: string, text: string): ManifestDocuments {
  const documents: ManifestDocument[] = []
  const problems: Problem[] = []
  const positions = new Positions(file, text)
  for (const [start, end] of parts(text)) {
    const part = text.slice(start, end)
    try {
      documents.push(...documentsIn(part, offset => positions.at(start + offset)))
    } catch (error) {
      problems.push(unreadable(file, error, offset => positions.at(start + offset)))
    }
  }
  return { documents, problems }
}

// YAML 1.2, 9.1.2: three dashes at the start of a line end a document wherever they stand.
function parts(text: string): [number, number][] {
  const ends = [...text.matchAll(/(?<![^\n])---(?=[ \t\r\n]|$)/g)].map(match => match.index)
  const bounds = [0, ...ends.filter(end => end > 0), text.length]
  return bounds.slice(1).flatMap((end, index): [number, number][] => {
    const start = bounds[index] ?? 0
    return isEmpty(text.slice(start, end)) ? [] : [[start, end]]
  })
}

// Comments, and directives: those stand before the dashes of the document that they are about.
const isEmpty = (part: string) => part.split('\n').every(line => /^(---)?[ \t]*(#.*)?\r?$|^%/.test(line))

function documentsIn(part: string, position: (offset: number) => SourcePosition): ManifestDocument[] {
  const events = parseEvents(part, { maxDepth })
  return split(events).flatMap(document => {
    const shape = shapeOf(document, part)
    if (!shape.isObject) return []
    const [value] = constructFromEvents(document, { source: part, schema: kubectlSchema })
    if (document.some(event => event.type === EVENT_ID.ALIAS)) refuseBomb(value, part)
    const { apiVersion, kind } = fieldsOf(value)
    if (apiVersion === undefined || kind === undefined) return []
    const items = shape.items.map(position)
    return [{ value, position: position(shape.start), items }]
  })
}

/** The events of each document, for text with the end marker `...` inside. */
function split(events: readonly Event[]): Event[][] {
  const documents: Event[][] = []
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) documents.push([])
    documents.at(-1)?.push(event)
  }
  return documents
}

/** Whoever merges another mapping in, or names a key by an alias, may have any key. */
const mergeKey = '<<'

interface Shape {
  /** Whether it may be one: only its outermost keys are looked at. */
  readonly isObject: boolean
  readonly start: number
  readonly items: readonly number[]
}

// Looks at the keys of the outermost mapping only, so that YAML of other programs is never built.
function shapeOf(events: readonly Event[], source: string): Shape {
  const keys: string[] = []
  const items: number[] = []
  let [start, depth, nodes] = [0, 0, 0]
  for (const event of events.slice(1)) {
    if (event.type === EVENT_ID.POP) {
      depth -= 1
      continue
    }
    if (depth === 0) start = startOf(event)
    if (depth === 1) {
      if (nodes % 2 === 0) keys.push(event.type === EVENT_ID.SCALAR ? getScalarValue(source, event) : mergeKey)
      nodes += 1
    }
    if (depth === 2 && keys.at(-1) === 'items') items.push(startOf(event))
    if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) depth += 1
  }
  const isTyped = keys.includes(mergeKey) || (keys.includes('apiVersion') && keys.includes('kind'))
  const isObject = events[1]?.type === EVENT_ID.MAPPING && isTyped
  return { isObject, start, items }
}

function startOf(event: Event): number {
  if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) return event.start
  return event.type === EVENT_ID.SCALAR ? Math.max(0, event.valueStart) : 0
}

function refuseBomb(value: unknown, part: string): void {
  const expansion = expansionOf(value)
  if (expansion === 'endless') YAMLException.throwAt(part, 0, 'an anchor contains itself')
  else if (expansion.values > maxValues) {
    const message = `its aliases stand for more than ${maxValues.toLocaleString('en')} values; write out what is meant`
    YAMLException.throwAt(part, 0, message)
  }
}

// Never the snippet that the library offers: it may be part of a Secret.
function unreadable(file: string, error: unknown, position: (offset: number) => SourcePosition): Problem {
  if (!(error instanceof YAMLException) && !(error instanceof RangeError)) throw error
  const reason = error instanceof YAMLException ? error.reason : 'its collections are nested too deep'
  const offset = error instanceof YAMLException ? (error.mark?.position ?? 0) : 0
  const message = `${reason}; the document cannot be read as YAML, and what it describes is unknown`
  return { code: 'HF5001', object: file, path: '', message, source: position(offset) }
}
