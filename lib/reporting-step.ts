import { postHookContainer, preHookContainer } from './hook-container.js'
import type { Container } from './pod.js'
import { type StepReport, steps } from './report.js'

/** The step that each container may report on, by the container’s name. */
export type ReportingSteps = Readonly<Record<string, string>>

/**
 * Which containers of a pod run Holdfast’s own program, and which step of it: any image can write what looks like a
 * report, and only these are believed. `images` are Holdfast’s own.
 */
export function reportingSteps(containers: readonly Container[], images: readonly string[]): ReportingSteps {
  const own = containers.filter(({ image, command, args }) => {
    return images.includes(image) && command === undefined && isStep(args?.[0])
  })
  return Object.fromEntries(own.map(({ name, args }) => [name, args?.[0] ?? '']))
}

/** What a Job’s annotation says; undefined when it has none that can be read. */
export function readReportingSteps(annotation: string | undefined): ReportingSteps | undefined {
  if (annotation === undefined) return undefined
  try {
    const value: unknown = JSON.parse(annotation)
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => isStep(entry[1])))
  } catch {
    return undefined
  }
}

/** Whether a container’s report is about the step that the container runs; without a record its name decides. */
export function isOwnReport(container: string, report: StepReport, known: ReportingSteps | undefined): boolean {
  const step =
    known === undefined ? stepOfName(container) : Object.hasOwn(known, container) ? known[container] : undefined
  return step === report.step
}

// The names that the resolver gives: `<function>-<index>`, and fixed ones for hooks and Jobs of one container.
function stepOfName(container: string): string | undefined {
  if (container === preHookContainer || container === postHookContainer) return 'run-hook'
  return container === 'finish' || container === 'maintain' || container === 'notify'
    ? container
    : /^(.+)-[0-9]+$/.exec(container)?.[1]
}

const isStep = (word: unknown): boolean => typeof word === 'string' && steps.some(step => step === word)
