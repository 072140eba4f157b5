import { spawnSync } from 'node:child_process'
import { gitopsEngines } from '../../../scripts/gitops-engines.mjs'

/** An object that a mode of comparison calls different. */
export interface Difference {
  readonly object: string
  readonly live: string
  readonly wanted: string
}

export interface ArgoAnswer {
  readonly phase: string
  readonly message: string
  readonly synced: readonly {
    readonly object: string
    readonly status: string
    readonly wave: number
    readonly order: number
    readonly message: string
  }[]
  readonly objects: number
  readonly differences: Readonly<Record<'client-side' | 'server-side', readonly Difference[]>>
  readonly prunable: readonly string[]
}

export interface FluxAnswer {
  readonly objects: number
  readonly applied: readonly { readonly object: string; readonly action: string }[]
  readonly pruned: readonly { readonly object: string; readonly action: string }[]
  readonly inventory: readonly string[]
  readonly differences: readonly Difference[]
}

interface Answers {
  readonly argocd: ArgoAnswer
  readonly flux: FluxAnswer
  readonly health: readonly Readonly<Record<'argocd' | 'flux', { readonly status: string; readonly message: string }>>[]
  readonly substitution: readonly { readonly before: object; readonly after: object; readonly disabled: boolean }[]
  readonly bootstrap: readonly { readonly object: string; readonly error: string }[]
}

/** What the engine itself answers. Throws what it says is wrong. */
export function ask<Command extends keyof Answers>(command: Command, request: object): Answers[Command] {
  const { status, stdout, stderr, error } = spawnSync(gitopsEngines(), [command], {
    input: JSON.stringify(request),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr.trim()}`)
  return JSON.parse(stdout) as Answers[Command]
}
