import { writeFileSync } from 'node:fs'
import Table from 'cli-table3'
import { isBackup } from '../../runtime/controller/objects.js'
import { wordsOf } from '../../test/cluster/faults/ending.js'
import { recordFigures } from '../../test/faults/figures.js'
import type { Evidence, Finding } from './evidence.js'

export interface SoakFigures {
  readonly seed: number
  readonly minutes: number
  readonly backups: number
  readonly restores: number
  readonly faults: number
  readonly restoredFiles: number
  readonly questions: number
  readonly problems: number
  readonly controllerStarts: number
  /** Resident memory of the controller in MiB. */
  readonly memoryAtBegin: number
  readonly memoryAtEnd: number
  readonly memoryAtMost: number
}

const mebibytes = (bytes = 0) => Math.round((bytes / 2 ** 20) * 10) / 10

/** Writes the report for programs, prints the one for people, and answers how many problems there are. */
export function report(
  file: string,
  run: { readonly seed: number; readonly minutes: number },
  { recorder, faults, restored }: Evidence,
  findings: readonly Finding[],
): number {
  const sessions = [...recorder.sessions.values()]
  const problems = findings.flatMap(each => each.problems)
  const figures: SoakFigures = {
    ...run,
    backups: sessions.filter(isBackup).length,
    restores: sessions.filter(session => !isBackup(session)).length,
    faults: faults.length,
    restoredFiles: restored.reduce((sum, each) => sum + each.files, 0),
    questions: findings.reduce((sum, each) => sum + each.asked, 0),
    problems: problems.length,
    controllerStarts: recorder.controllers.size,
    memoryAtBegin: mebibytes(recorder.memory[0]),
    memoryAtEnd: mebibytes(recorder.memory.at(-1)),
    memoryAtMost: mebibytes(Math.max(0, ...recorder.memory)),
  }
  const ends = countBy(sessions, session => `${session.kind} ${wordsOf(session)}`)
  const injected = countBy(faults, each => each.fault)
  writeFileSync(file, `${JSON.stringify({ figures, ends, injected, findings, faults, restored }, undefined, 2)}\n`)
  recordFigures('soak', { ...figures })
  print('how sessions ended', ends)
  print('faults', injected)
  const audit = new Table({ head: ['audit', 'asked', 'problems'], style: { head: [], border: [] } })
  for (const { question, asked, problems: found } of findings) audit.push([question, asked, found.length])
  process.stdout.write(`${audit.toString()}\n`)
  for (const problem of problems) process.stdout.write(`- ${problem}\n`)
  process.stdout.write(`${JSON.stringify(figures)}\n`)
  return problems.length
}

function countBy<T>(all: readonly T[], keyOf: (each: T) => string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const each of all) counts[keyOf(each)] = (counts[keyOf(each)] ?? 0) + 1
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function print(title: string, counts: Readonly<Record<string, number>>): void {
  const table = new Table({ head: [title, 'times'], style: { head: [], border: [] } })
  for (const [key, count] of Object.entries(counts)) table.push([key, count])
  process.stdout.write(`${table.toString()}\n`)
}
