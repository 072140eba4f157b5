import type { Clock } from '../../runtime/kube/clock.js'
import type { ContainerView } from './container-view.js'

/** A program of a container that is no part of Holdfast, as a test plays it. */
export interface ScriptedRun {
  /** As the container sees it. */
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly view: ContainerView
  readonly clock: Clock
  readonly log: (line: string) => void
  /** Waits until SIGTERM, and so stands for programs that run for ever. */
  readonly untilStopped: () => Promise<void>
}

/** Plays a program and gives its exit code; undefined when it is no program that it knows. */
export type ScriptedProgram = (run: ScriptedRun) => Promise<number | undefined> | number | undefined

/** `sh -c` lines of users’ steps, by their exact text, as the exit code they end with. */
export const shellLines =
  (lines: Readonly<Record<string, number | ((run: ScriptedRun) => number | Promise<number>)>>): ScriptedProgram =>
  run => {
    const [shell, flag, line = ''] = run.command
    if ((shell !== 'sh' && shell !== '/bin/sh') || flag !== '-c') return undefined
    const found = lines[line]
    return typeof found === 'function' ? found(run) : found
  }

/** `sleep`, `true`, `false` and `test "${ATTEMPT}" -gt 1`, also after `sh -c`. */
export const everydayPrograms: ScriptedProgram = async run => {
  const words = run.command[1] === '-c' ? (run.command[2] ?? '').split(' ') : run.command
  const [name, ...args] = words.map(word => word.replace(/^"(.*)"$/, '$1'))
  const value = (text = '') => Number(text.replace(/^\$\{?(\w+)\}?$/, (_, variable: string) => run.env[variable] ?? ''))
  if (name === 'true') return 0
  if (name === 'false') return 1
  if (name === 'exit') return value(args[0])
  if (name === 'test' && args[1] === '-gt') return value(args[0]) > value(args[2]) ? 0 : 1
  if (name !== 'sleep') return undefined
  if (args[0] === 'infinity') await run.untilStopped()
  else await new Promise<void>(resolve => void run.clock.after(value(args[0]) * 1000, resolve))
  return 0
}
