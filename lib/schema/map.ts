import { z } from 'zod'

/**
 * A string map with a bound that both sides know: zod's record has none, and the API server refuses
 * CEL rules over a map without one. The key's own limits are checked by zod only (CRDs have no `propertyNames`).
 */
export function mapOf<V extends z.ZodType>(key: z.ZodString, value: V, most: number) {
  return z
    .record(key, value)
    .refine(entries => Object.keys(entries).length <= most, {
      message: `at most ${most} entries`,
      params: { code: 'HF1002' },
    })
    .meta({ maxProperties: most })
}
