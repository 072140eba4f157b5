/** One line of restic’s output: a JSON object, or anything else as text. */
export type OutputLine = { readonly json: Readonly<Record<string, unknown>> } | { readonly text: string }

const newline = 0x0a

/**
 * Cuts a byte stream into lines. restic mixes JSON with plain text (retries, warnings of the cache, prune), chunks end
 * inside characters, and a line may be cleared with an escape sequence: a line that is no JSON object stays text.
 */
export class JsonLines {
  #pending: Uint8Array[] = []

  push(chunk: Uint8Array): OutputLine[] {
    const lines: OutputLine[] = []
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.#pending.push(chunk.subarray(start, end))
      lines.push(...this.#take())
      start = end + 1
    }
    if (start < chunk.length) this.#pending.push(chunk.slice(start))
    return lines
  }

  /** The last line, when the stream ended without a newline. */
  end(): OutputLine[] {
    return this.#take()
  }

  #take(): OutputLine[] {
    const text = Buffer.concat(this.#pending).toString('utf8').replace(/\r$/, '')
    this.#pending = []
    return text.trim() === '' ? [] : [parseLine(text)]
  }
}

export function parseLine(text: string): OutputLine {
  const object = text.startsWith('{') ? parseJson(text) : undefined
  return isRecord(object) ? { json: object } : { text: text.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '') }
}

/**
 * The one document that `snapshots`, `cat`, `forget` and `stats` print, which may span lines and stand among others
 * of another kind (restic 0.19.0 mixed progress into it); undefined when there is none.
 */
export function parseDocument(output: string): unknown {
  const whole = parseJson(output)
  if (whole !== undefined) return whole
  const lines = output.split('\n').filter(line => /^[[{]/.test(line))
  return lines
    .map(parseJson)
    .filter(value => value !== undefined && !(isRecord(value) && value['message_type'] === 'status'))
    .at(-1)
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
