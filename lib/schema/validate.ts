import type { z } from 'zod'
import { durationPattern } from '../duration.js'
import { nearestWord } from '../nearest-word.js'
import { type Problem, type ProblemCode, problemCodes } from '../problem.js'
import { quantityPattern } from '../quantity.js'
import { knownKeys } from './at-path.js'
import type { KindDefinition } from './crd.js'
import { describeReceived, formatPath } from './received.js'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]
type Finding = Pick<Problem, 'code' | 'message'> & { readonly path: Path }

/**
 * Every problem of an object's `spec`, all at once, in the words of the person who wrote it; empty when it is valid.
 * `label` names the object: its construct path at compile time, `Kind namespace/name` at run time.
 * Metadata and status are not looked at: names are Kubernetes' matter, the status is the controller's.
 */
export function validateObject(definition: Pick<KindDefinition, 'spec'>, object: unknown, label: string): Problem[] {
  const spec = isRecord(object) ? object['spec'] : undefined
  const result = definition.spec.safeParse(spec, { reportInput: true })
  if (result.success) return []
  return result.error.issues
    .flatMap(issue => explain(definition.spec, issue))
    .map(({ code, path, message }) => ({ code, object: label, path: formatPath(['spec', ...path]), message }))
}

function explain(schema: z.ZodType, issue: Issue): Finding[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownKey(schema, issue.path, key))
  return [{ path: issue.path, ...(issue.input === undefined ? missing(schema, issue) : wrong(issue)) }]
}

function unknownKey(schema: z.ZodType, path: Path, key: string): Finding {
  const known = knownKeys(schema, path)
  const nearest = nearestWord(key, known)
  const fix = nearest === undefined ? `expected one of ${known.join(', ')}` : `did you mean '${nearest}'?`
  return { code: 'HF1001', path: [...path, key], message: `unknown field '${key}'; ${fix}` }
}

function missing(schema: z.ZodType, issue: Issue): Pick<Problem, 'code' | 'message'> {
  const known = issue.code === 'invalid_type' && issue.expected === 'object' ? knownKeys(schema, issue.path) : []
  const fields = known.length === 0 ? '' : ` with ${known.slice(0, 8).join(', ')}${known.length > 8 ? ', …' : ''}`
  return { code: 'HF1001', message: `is missing; expected ${expectation(issue)}${fields}` }
}

function wrong(issue: Issue): Pick<Problem, 'code' | 'message'> {
  const received = describeReceived(issue.input, issue.path)
  if (issue.code === 'custom') {
    const scalar = typeof issue.input !== 'object'
    return { code: customCode(issue), message: scalar ? `got ${received}; ${issue.message}` : issue.message }
  }
  const nearest =
    issue.code === 'invalid_value' && typeof issue.input === 'string'
      ? nearestWord(issue.input, issue.values.map(String))
      : undefined
  const fix = nearest === undefined ? '' : `; did you mean '${nearest}'?`
  const code = issue.code === 'invalid_type' || issue.code === 'invalid_union' ? 'HF1001' : 'HF1002'
  return { code, message: `got ${received}; expected ${expectation(issue)}${fix}` }
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeNames[issue.expected] ?? issue.expected
    case 'invalid_value':
      return issue.values.length === 1
        ? `'${String(issue.values[0])}'`
        : `one of ${issue.values.map(String).join(', ')}`
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${String(issue.minimum)}${unitOf(issue.origin)}`
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${String(issue.maximum)}${unitOf(issue.origin)}`
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    case 'invalid_format':
      return formatExpectation(issue)
    case 'invalid_union':
      return alternatives(issue)
    case 'invalid_key':
      return `a key that is ${issue.issues.map(expectation).join(' and ')}`
    default:
      return issue.message
  }
}

const knownPatterns: Readonly<Record<string, string>> = {
  [`/${durationPattern}/`]: 'a Go duration such as 1h30m (no days: a week is 168h)',
  [`/${quantityPattern}/`]: 'a Kubernetes quantity such as 10Gi or 500M',
}

const typeNames: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'a map',
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters'
  if (origin === 'array' || origin === 'set') return ' entries'
  return origin === 'record' || origin === 'map' ? ' keys' : ''
}

function formatExpectation(issue: z.core.$ZodIssueInvalidStringFormat): string {
  // A message of the schema's own author is better than its pattern.
  if (!issue.message.startsWith('Invalid ')) return issue.message
  const known = knownPatterns[issue.pattern ?? '']
  if (known !== undefined) return known
  return issue.format === 'regex' ? `text that matches ${issue.pattern}` : `a valid ${issue.format}`
}

function alternatives(issue: z.core.$ZodIssueInvalidUnion): string {
  const first = issue.errors.map(branch => branch[0]).filter(branch => branch !== undefined)
  return [...new Set(first.map(expectation))].join(' or ') || 'another shape'
}

function customCode(issue: z.core.$ZodIssueCustom): ProblemCode {
  const code: unknown = issue.params?.['code']
  return typeof code === 'string' && isProblemCode(code) ? code : 'HF1003'
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problemCodes, code)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
