import type { z } from 'zod'
import type { ProblemCode } from '../problem.js'

/** Where a rule keeps its CEL twin in a schema's metadata: the key the Kubernetes API uses itself. */
export const validationsKey = 'x-kubernetes-validations'

/** One entry of `x-kubernetes-validations` (Kubernetes API: apiextensions.k8s.io/v1 ValidationRule). */
export interface CelValidation {
  readonly rule: string
  readonly message: string
  readonly fieldPath?: string
}

/** One law, said twice: as CEL for the API server and as a function for compiler, controller and command line. */
export interface Rule<T> {
  /** CEL over `self`. Every optional field needs a `has(…)` guard, since CEL fails on an absent field. */
  readonly cel: string
  /** One line: what is expected and the likely fix. Shown by `kubectl apply` and by the compiler alike. */
  readonly message: string
  /** Default: HF1003, fields of one object contradict each other. */
  readonly code?: ProblemCode
  /** The same law over the parsed value (defaults filled in); true means the value is good. */
  readonly check: (value: T) => boolean
  /** What the compiler says of the value in front of the message, when its kind alone says too little. Default: nothing. */
  readonly received?: (value: T) => string
  /** The field that is to blame, relative to the schema the rule stands on. Default: the value itself. */
  readonly path?: readonly string[]
}

interface RuleIssue {
  readonly code?: string | undefined
  readonly continue?: boolean | undefined
}

/**
 * Puts a law on a schema, for zod and for the CustomResourceDefinition at once, so that they cannot drift.
 * Rules chain (`rule(rule(schema, a), b)`), all are reported together, and description and other metadata survive.
 * Put it on the value itself, before `.optional()` and `.default()`; call `.extend()` and `.pick()` before it.
 * Throws TypeError when the schema is optional (CEL never sees an absent value) or the message spans lines
 * (the API server refuses it).
 */
export function rule<S extends z.ZodType>(schema: S, law: Rule<z.output<S>>): S {
  if (schema.type === 'optional') throw new TypeError(`rule '${law.cel}': put the rule inside .optional(), not outside`)
  const { code = 'HF1003', message, cel } = law
  const path = [...(law.path ?? [])]
  // Typed as boolean on purpose: a type guard would change the schema's output type.
  const check = (value: z.output<S>): boolean => law.check(value)
  const { received } = law
  const error = (issue: { readonly input?: unknown }) =>
    received === undefined ? message : `${received(issue.input as z.output<S>)}; ${message}`
  const refined = schema.refine(check, { error, path, params: { code, cel }, when: isWellTyped })
  return withValidation(refined as S, celValidation(law))
}

/**
 * A law about a change (CEL with `oldSelf`), which only the API server can hold: `self == oldSelf` makes a field immutable.
 * The parsed value has no past, so there is no function beside it. Throws TypeError as `rule` does.
 */
export function transition<S extends z.ZodType>(schema: S, law: { readonly cel: string; readonly message: string }): S {
  if (!/\boldSelf\b/.test(law.cel)) throw new TypeError(`transition '${law.cel}': without oldSelf it is a rule()`)
  return withValidation(schema, celValidation(law))
}

/** The CEL rules attached to exactly this schema, in the order they were added. */
export function validationsOf(schema: z.ZodType): readonly CelValidation[] {
  const attached = schema.meta()?.[validationsKey]
  return Array.isArray(attached) ? attached : []
}

function withValidation<S extends z.ZodType>(schema: S, validation: CelValidation): S {
  // .meta() keeps the other keys (description, list type) but replaces this one, so the earlier rules are repeated.
  return schema.meta({ [validationsKey]: [...validationsOf(schema), validation] })
}

function celValidation(law: Pick<Rule<never>, 'cel' | 'message' | 'path'>): CelValidation {
  if (/[\r\n]/.test(law.cel) || /[\r\n]/.test(law.message)) {
    throw new TypeError(`rule '${law.cel}': CEL and message must each be one line`)
  }
  const fieldPath = (law.path ?? []).map(key => `.${key}`).join('')
  return { rule: law.cel, message: law.message, ...(fieldPath === '' ? {} : { fieldPath }) }
}

// An unknown key elsewhere must not hide a contradiction: people want every problem of an input at once.
function isWellTyped(payload: { readonly issues: readonly RuleIssue[] }): boolean {
  return payload.issues.every(issue => issue.continue === true || issue.code === 'unrecognized_keys')
}
