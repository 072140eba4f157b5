import { expect } from '@jest/globals'
import type { SessionObserved } from '../../../runtime/controller/session/observed.js'
import { decide } from '../../../runtime/controller/session/reconciler.js'
import { observe } from './observation.js'

/** A sentence about sessions, what is observed, and the decision that keeps the promise. */
export interface DecisionRow {
  readonly says: string
  readonly seen: Partial<SessionObserved>
  readonly check: string
  readonly phase?: string
  readonly reason?: string
  /** Default: none. */
  readonly effect?: string
}

export function expectDecision({ seen, check, phase, reason, effect }: DecisionRow): void {
  const decision = decide(observe(seen))
  expect({
    check: decision.check,
    effect: decision.effect?.do,
    ...(phase === undefined ? {} : { phase: decision.status.phase }),
    ...(reason === undefined ? {} : { reason: reasonOf(decision.status) }),
  }).toEqual({ check, effect, ...(phase === undefined ? {} : { phase }), ...(reason === undefined ? {} : { reason }) })
}

export const reasonOf = (status: { conditions?: readonly { type: string; reason: string }[] | undefined }) =>
  status.conditions?.find(each => each.type === 'Ready')?.reason
