import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** A step of a pipeline: a script, or a program of somebody else’s. */
export interface Step {
  readonly name?: string
  readonly uses?: string
  readonly run?: string
  readonly if?: string
  readonly env?: Readonly<Record<string, string>>
}

/** A GitHub Actions workflow, as far as it is judged. */
export interface Workflow {
  readonly permissions: object
  readonly jobs: Readonly<
    Record<string, { readonly permissions?: Readonly<Record<string, string>>; readonly steps: readonly Step[] }>
  >
}

/** A GitLab job, as far as it is judged. */
export interface GitLabJob {
  readonly image: string
  readonly before_script?: readonly string[]
  readonly script: readonly string[]
  readonly after_script?: readonly string[]
}

export const workflowAt = (file: string): Workflow => parse(readFileSync(file, 'utf8'))
export const gitLabJobs = (file: string): Readonly<Record<string, GitLabJob>> => parse(readFileSync(file, 'utf8'))

/** A step’s variables, with GitHub’s expressions replaced; an expression that is not known throws. */
export function variablesOf({ env = {} }: Step, context: Readonly<Record<string, string>>): Record<string, string> {
  const replaced = (text: string) =>
    text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
      const value = context[expression]
      if (value === undefined) throw new Error(`the test knows no value for ${expression}`)
      return value
    })
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, replaced(value)]))
}
