import type { Fleet } from '../fleet/fleet.js'
import type { Problem } from '../problem.js'
import { type FleetRule, type RuleSubject, subjectsOf } from './fleet-rule.js'
import { idleWaiver, type Waiver, waiverFault } from './waiver.js'

export interface RuleOptions {
  readonly rules: readonly FleetRule[]
  readonly waivers?: readonly Waiver[]
  /** The day on which waivers are judged. */
  readonly today: Date
}

/** One object that breaks one rule. */
export interface Breach {
  readonly rule: FleetRule
  readonly subject: RuleSubject
  readonly message: string
}

const code = /^[A-Z][A-Z0-9]*-[0-9]+$/

/**
 * Every rule that an object of the fleet breaks and no waiver excuses (HF5401), then every waiver without reason, past
 * its end, or that excuses nothing (HF5402). A rule whose code throws is itself the problem.
 */
export function ruleProblems(fleet: Fleet, { rules, waivers = [], today }: RuleOptions): Problem[] {
  const definitions = definitionProblems(rules)
  const breaches: Breach[] = []
  const failures: Problem[] = []
  for (const rule of rules) judgeAll(rule, fleet, breaches, failures)
  const faults = new Map(waivers.map(waiver => [waiver, waiverFault(waiver, { today })]))
  const valid = new Map<string, Waiver[]>()
  for (const waiver of waivers) {
    if (faults.get(waiver) !== undefined) continue
    const key = waiverKey(waiver.rule, waiver.for)
    valid.set(key, [...(valid.get(key) ?? []), waiver])
  }
  const needed = new Set<Waiver>()
  const unexcused = breaches.filter(({ rule, subject }) => {
    const scopes = [`${subject.namespace}/${subject.name}`, `${subject.namespace}/*`]
    const excuses = scopes.flatMap(scope => valid.get(waiverKey(rule.code, scope)) ?? [])
    for (const waiver of excuses) needed.add(waiver)
    return excuses.length === 0
  })
  const codes = rules.map(rule => rule.code)
  const objects = waivers.length === 0 ? [] : namesOf(fleet, rules)
  const idle = waivers.flatMap(waiver => {
    const fault = faults.get(waiver)
    if (fault !== undefined) return [fault]
    return needed.has(waiver) ? [] : [idleWaiver(waiver, { today, codes, objects })]
  })
  return [...definitions, ...failures, ...unexcused.map(breachProblem), ...idle]
}

const waiverKey = (rule: string, scope: string) => `${rule} ${scope}`

function judgeAll(rule: FleetRule, fleet: Fleet, breaches: Breach[], failures: Problem[]): void {
  for (const subject of subjectsOf(fleet, rule)) {
    try {
      const message: unknown = rule.judge(subject, fleet)
      if (message === undefined) continue
      if (typeof message !== 'string' || message.trim() === '') throw new TypeError(noSentence(message))
      breaches.push({ rule, subject, message })
    } catch (error) {
      // What is wrong with the rule is said once, not for each of five thousand policies.
      failures.push(crash(rule, subject, error))
      return
    }
  }
}

// A promise would be true of every object, and `false` looks like obedience: neither proves anything.
function noSentence(message: unknown): string {
  const text =
    typeof message === 'string' ? 'an empty text' : message instanceof Promise ? 'a promise' : String(message)
  return `check gave ${text}; expected a sentence about what is wrong, or undefined`
}

function breachProblem({ rule, subject, message }: Breach): Problem {
  return {
    code: 'HF5401',
    object: describe(rule, subject),
    path: '',
    message: `${rule.code} (${rule.title}): ${message}`,
    source: subject.position,
  }
}

function crash(rule: FleetRule, subject: RuleSubject, error: unknown): Problem {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const message = `the rule itself failed at ${describe(rule, subject)}, so nothing is proven: ${said}`
  return { code: 'HF5401', object: `rule ${rule.code}`, path: 'check', message }
}

function definitionProblems(rules: readonly FleetRule[]): Problem[] {
  const seen = new Set<string>()
  return rules.flatMap((rule): Problem[] => {
    const found: Problem[] = []
    const object = `rule ${rule.code}`
    if (!code.test(rule.code) || rule.code.startsWith('HF')) {
      const message = `got '${rule.code}'; expected letters of your own, a dash and digits, such as SHOP-001`
      found.push({ code: 'HF1002', object, path: 'code', message })
    }
    if (seen.has(rule.code)) {
      const message = 'two rules have this code, so a waiver could mean either; give each its own'
      found.push({ code: 'HF3002', object, path: 'code', message })
    }
    seen.add(rule.code)
    return found
  })
}

function namesOf(fleet: Fleet, rules: readonly FleetRule[]): string[] {
  const kinds = new Map(rules.map(rule => [rule.kind, rule]))
  const subjects = [...kinds.values()].flatMap(rule => subjectsOf(fleet, rule))
  return [...new Set(subjects.map(({ namespace, name }) => `${namespace}/${name}`))]
}

const describe = (rule: FleetRule, { namespace, name }: RuleSubject): string => `${rule.kind} ${namespace}/${name}`
