/** A command line of restic, taken apart. */
export interface CommandLine {
  /** `cat config` is one command. */
  readonly command: string
  readonly operands: readonly string[]
  /** All values of a flag, in order; empty when it is absent. A flag without a value has the empty text. */
  readonly values: (flag: string) => readonly string[]
  readonly value: (flag: string) => string | undefined
  readonly has: (flag: string) => boolean
}

/** Reads a command line as the agent writes them: `--flag=value`, and operands after `--`. */
export function commandLine(args: readonly string[]): CommandLine {
  const end = args.indexOf('--')
  const before = end < 0 ? args : args.slice(0, end)
  const words = before.filter(word => !word.startsWith('-'))
  const flags = before
    .filter(word => word.startsWith('--'))
    .map(word => {
      const at = word.indexOf('=')
      return at < 0 ? { name: word.slice(2), value: '' } : { name: word.slice(2, at), value: word.slice(at + 1) }
    })
  const values = (flag: string) => flags.filter(({ name }) => name === flag).map(({ value }) => value)
  return {
    command: words.join(' '),
    operands: end < 0 ? [] : args.slice(end + 1),
    values,
    value: flag => values(flag).at(-1),
    has: flag => values(flag).length > 0,
  }
}
