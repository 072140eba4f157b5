/** What a flag’s text must be. */
type Kind = 'text' | 'list' | 'boolean' | 'integer' | 'json'

export interface Flag {
  readonly help: string
  readonly kind?: Kind
  readonly oneOf?: readonly string[]
  /** Value when the flag is absent; a flag without one must be given. */
  readonly otherwise?: string
}
export type FlagTable = Readonly<Record<string, Flag>>

/** A command line that cannot be understood: the process ends with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The values of a command’s flags, already known to be of their kind. */
export class Flags {
  readonly #values: ReadonlyMap<string, string>

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values
  }

  text(name: string): string {
    const value = this.#values.get(name)
    if (value === undefined) throw new RangeError(`--${name} is no flag of this command`)
    return value
  }

  boolean(name: string): boolean {
    return this.text(name) === 'true'
  }

  integer(name: string): number {
    return Number(this.text(name))
  }

  list(name: string): readonly string[] {
    return this.json(name) as readonly string[]
  }

  /** Parsed JSON, undefined for an empty text. */
  json(name: string): unknown {
    const text = this.text(name)
    return text === '' ? undefined : JSON.parse(text)
  }
}

/** Reads `--flag=value` arguments; throws one UsageError that names everything that is wrong. */
export function parseFlags(command: string, table: FlagTable, args: readonly string[]): Flags {
  const values = new Map<string, string>()
  const wrong: string[] = []
  for (const argument of args) {
    const [, name = '', value] = /^--([a-z-]+)(?:=([\s\S]*))?$/.exec(argument) ?? []
    if (!Object.hasOwn(table, name)) wrong.push(`${clipped(argument)}: ${command} has no such flag`)
    else if (value === undefined) wrong.push(`--${name}: it needs a value, written --${name}=…`)
    else values.set(name, value)
  }
  for (const [name, flag] of Object.entries(table)) {
    const value = values.get(name) ?? flag.otherwise
    if (value === undefined) wrong.push(`--${name}: it is missing (${flag.help})`)
    else {
      values.set(name, value)
      const problem = problemOf(flag, value)
      if (problem !== undefined) wrong.push(`--${name}: ${problem}, got '${clipped(value)}'`)
    }
  }
  if (wrong.length > 0) throw new UsageError(`${wrong.join('\n')}\nSee: ${command} --help`)
  return new Flags(values)
}

function problemOf({ kind = 'text', oneOf }: Flag, value: string): string | undefined {
  if (oneOf !== undefined && !oneOf.includes(value)) return `expected one of ${oneOf.join(', ')}`
  if (kind === 'boolean' && value !== 'true' && value !== 'false') return 'expected true or false'
  if (kind === 'integer' && !/^[0-9]{1,9}$/.test(value)) return 'expected a whole number'
  if (kind === 'list' && !isListOfTexts(value)) return 'expected a JSON array of texts'
  if (kind === 'json' && value !== '' && parsed(value) === undefined) return 'expected JSON'
  return undefined
}

function isListOfTexts(value: string): boolean {
  const list = parsed(value)
  return Array.isArray(list) && list.every(each => typeof each === 'string')
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

const clipped = (text: string) => (text.length > 120 ? `${text.slice(0, 119)}…` : text)
