import { expect as jestExpect } from '@jest/globals'
import { type ExtensibleExpect, withMatchers } from './chained-expect.js'
import type { ChainedMatchers, HoldfastMatchers } from './matcher-types.js'

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T> extends HoldfastMatchers<R> {}
}

declare global {
  namespace jest {
    // The name and parameters of @types/jest, where the `expect` without an import comes from.
    interface Matchers<R, T> extends HoldfastMatchers<R> {}
  }
}

type JestExpect = typeof jestExpect

/** Jest’s `expect`, with all it has, and Holdfast’s matchers that can be asked for more. */
export type HoldfastExpect = { [K in keyof JestExpect]: JestExpect[K] } & (<T = unknown>(
  actual: T,
) => Omit<ReturnType<typeof jestExpect<T>>, keyof ChainedMatchers> & ChainedMatchers)

/**
 * Jest’s own `expect` with Holdfast’s matchers: `expect(fleet).toProtect('shop/orders').within(Duration.hours(4))`.
 * Importing this module also adds them to the `expect` of `@jest/globals` and to the global one.
 */
export const expect = withMatchers(jestExpect as unknown as ExtensibleExpect) as unknown as HoldfastExpect
