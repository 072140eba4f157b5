import type { StepReport } from '../../lib/report.js'
import { redactor } from '../../lib/restic/redaction.js'
import type { AgentHost } from './host.js'
import { type LogLevel, logLine } from './log-line.js'
import type { StopSignal } from './stop-signal.js'

/** What a step knows about the container it runs in. */
export interface Pod {
  readonly host: AgentHost
  /** When the step began, on the host’s clock. */
  readonly startedAt: number
  readonly env: NodeJS.ProcessEnv
  readonly stop: StopSignal
  /** Writes one line to the container’s log, without credentials; the level is `info` unless another is given. */
  readonly log: (message: string, level?: LogLevel) => void
  /** Removes credentials from a text that leaves the process. */
  readonly redact: (text: string) => string
  /** From now on these values appear nowhere. */
  readonly keepSecret: (values: readonly string[]) => void
  /** Adds what the step has found out so far; its report has it even if the step fails from here on. */
  readonly know: (facts: Facts) => void
  readonly known: () => Facts
}

export type Facts = Partial<Omit<StepReport, 'holdfast' | 'step' | 'outcome'>>

export function podOf(host: AgentHost, step: string): Pod {
  let redact = redactor([])
  let known: Facts = {}
  return {
    host,
    startedAt: host.clock.now(),
    env: host.env,
    stop: host.stopSignal(),
    log: (message, level = 'info') => host.log(logLine(host.clock, step, level, redact(message))),
    redact: text => redact(text),
    keepSecret: values => {
      redact = redactor(values)
    },
    know: facts => {
      known = { ...known, ...facts }
    },
    known: () => known,
  }
}
