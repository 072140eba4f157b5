import pc from 'picocolors'
import { printableLines } from './printable.js'

export type Colours = ReturnType<typeof pc.createColors>

/** The part of a stream that is written to. */
export interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Where a command writes for people: colours and movement only on a terminal. */
export class Terminal {
  readonly colours: Colours
  /** Whether lines may be written over. */
  readonly live: boolean
  readonly output: Output

  constructor(output: Output, env: NodeJS.ProcessEnv = process.env) {
    const terminal = output.isTTY === true && env['TERM'] !== 'dumb'
    const wanted = env['NO_COLOR'] === undefined || env['NO_COLOR'] === ''
    this.output = output
    this.live = terminal && !env['CI']
    this.colours = pc.createColors((terminal && wanted) || (env['FORCE_COLOR'] ?? '0') !== '0')
  }

  get columns(): number {
    return this.output.columns ?? 100
  }

  line(text = ''): void {
    this.output.write(`${printableLines(text)}\n`)
  }

  title(text: string, detail = ''): void {
    this.line()
    this.line(`${this.colours.bold(text)}${detail === '' ? '' : `  ${this.colours.dim(detail)}`}`)
  }

  /** One line about something that is done. */
  done(text: string, detail = ''): void {
    this.line(`  ${this.colours.green('✔')} ${text}${detail === '' ? '' : `  ${this.colours.dim(detail)}`}`)
  }

  /** One line that a person should not miss. */
  note(text: string): void {
    this.line(`  ${this.colours.yellow('!')} ${text}`)
  }
}
