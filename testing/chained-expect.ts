import type { TimeSpan } from '../lib/time-span.js'
import type { Expected, KeepingOptions } from './keeping.js'
import type { ChainedMatchers } from './matcher-types.js'
import { holdfastMatchers } from './matchers.js'
import type { PointInTime } from './point-in-time.js'
import type { ClaimName, ProtectionOptions } from './protection.js'

/** As much of a test framework’s `expect` as is needed to add matchers to it. */
export interface ExtensibleExpect {
  (actual: unknown): object
  extend(matchers: Record<string, (received: unknown, ...args: never[]) => unknown>): void
  getState(): { readonly assertionCalls: number }
  setState(state: { readonly assertionCalls: number }): void
}

type Asserting = (...args: readonly unknown[]) => unknown
type Chain = (again: Asserting, args: readonly unknown[]) => object

// The framework throws away what a matcher returns, so the longer statement is asserted anew, as a whole.
const chains: Readonly<Record<string, Chain>> = {
  toProtect: (again, [claim, options]) => ({
    within: (within: TimeSpan) => again(claim as ClaimName, { ...(options as ProtectionOptions), within }),
  }),
  toKeep: (again, [expected, options]) => ({
    at: (at: PointInTime) => again(expected as Expected, { ...(options as KeepingOptions), at }),
  }),
}

/** What a chaining `expect` is: all that the framework’s is, and our matchers. */
export type ChainedExpect<E extends ExtensibleExpect> = { [K in keyof E]: E[K] } & (<T>(
  actual: T,
) => Omit<ReturnType<E>, keyof ChainedMatchers> & ChainedMatchers)

/**
 * The `expect` of a test framework with Holdfast’s matchers, of which `toProtect` and `toKeep` can be asked for more:
 * `expect(fleet).toProtect('shop/orders').within('26h')`. Everything else is the framework’s own. After `.not` nothing
 * can be added, because a longer statement may be false where the shorter one is true: give options there.
 */
export function withMatchers<E extends ExtensibleExpect>(expect: E): ChainedExpect<E> {
  expect.extend(holdfastMatchers)
  const chained = new Proxy(expect, {
    apply(target, self, args: [unknown, ...unknown[]]) {
      return chainable(Reflect.apply(target, self, args), target)
    },
  })
  return chained as unknown as ChainedExpect<E>
}

function chainable(matchers: object, expect: ExtensibleExpect): object {
  return new Proxy(matchers, {
    get(target, name) {
      const matcher: unknown = Reflect.get(target, name)
      const chain = typeof name === 'string' && Object.hasOwn(chains, name) ? chains[name] : undefined
      if (chain === undefined || typeof matcher !== 'function') return matcher
      return (...args: readonly unknown[]) => {
        matcher.apply(target, args)
        return chain((...again) => {
          // It is still one assertion, as `expect.assertions` counts them.
          expect.setState({ assertionCalls: expect.getState().assertionCalls - 1 })
          return matcher.apply(target, again)
        }, args)
      }
    },
  })
}
