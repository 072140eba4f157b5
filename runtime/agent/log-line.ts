import type { Clock } from '../kube/clock.js'

export type LogLevel = 'info' | 'warn' | 'error'

/** One JSON object a line, with the keys of the controller’s log and the step that speaks. */
export function logLine(clock: Clock, step: string, level: LogLevel, message: string): string {
  return JSON.stringify({ time: clock.date().toISOString(), level, step, message })
}
