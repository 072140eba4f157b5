/** One line of restic’s output: a JSON object with the text it was read from, or anything else as text. */
export type OutputLine =
  | { readonly json: Readonly<Record<string, unknown>>; readonly raw: string }
  | { readonly text: string }

/** The longest line that is kept whole, in bytes, by default: lists of snapshots are one line. */
export const longestLine = 64 * 2 ** 20

const newline = 0x0a

/**
 * Cuts a byte stream into lines. restic mixes JSON with plain text (retries, warnings of the cache, prune), chunks end
 * inside characters, and a line may be cleared with an escape sequence: a line that is no JSON object stays text. Of a
 * line longer than `longest` bytes only the beginning is kept, so that no output can fill the memory.
 */
export class JsonLines {
  readonly #longest: number
  #pending: Uint8Array[] = []
  #length = 0

  constructor(longest = longestLine) {
    this.#longest = longest
  }

  push(chunk: Uint8Array): OutputLine[] {
    const lines: OutputLine[] = []
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.#keep(chunk.subarray(start, end))
      lines.push(...this.#take())
      start = end + 1
    }
    if (start < chunk.length) this.#keep(chunk.slice(start))
    return lines
  }

  #keep(part: Uint8Array): void {
    const room = this.#longest - this.#length
    if (room > 0) this.#pending.push(part.length <= room ? part : part.slice(0, room))
    this.#length += part.length
  }

  /** The last line, when the stream ended without a newline. */
  end(): OutputLine[] {
    return this.#take()
  }

  #take(): OutputLine[] {
    const text = Buffer.concat(this.#pending).toString('utf8').replace(/\r$/, '')
    this.#pending = []
    this.#length = 0
    return text.trim() === '' ? [] : [parseLine(text)]
  }
}

export function parseLine(text: string): OutputLine {
  const object = text.startsWith('{') ? parseJson(text) : undefined
  return isRecord(object) ? { json: object, raw: text } : { text: text.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '') }
}

/**
 * The one document that `snapshots`, `cat`, `forget` and `stats` print, which may span lines and stand among others
 * of another kind (restic 0.19.0 mixed progress into it); undefined when there is none, or when two contradict.
 */
export function parseDocument(output: string): unknown {
  const whole = parseJson(output)
  if (whole !== undefined) return whole
  const lines = new Set(output.split('\n').filter(line => /^[[{]/.test(line)))
  const documents = [...lines]
    .map(parseJson)
    .filter(value => value !== undefined && !(isRecord(value) && typeof value['message_type'] === 'string'))
  return documents.length === 1 ? documents[0] : undefined
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
