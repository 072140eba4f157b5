import { z } from 'zod'
import type { Provider } from '../provider.js'

const price = () => z.number().min(0)

/** What a store costs. Sizes are in GiB; a month has 365/12 days. */
export const priceTableSchema = z.strictObject({
  name: z.string().min(1).describe('What the table is, for people.'),
  source: z.string().min(1).describe('Where the figures come from.'),
  asOf: z
    .string()
    .regex(/^[0-9]{4}(-[0-9]{2}){0,2}$/)
    .describe('When they were true: `2026-11`.'),
  currency: z.string().min(1).max(8),
  storagePerGiBMonth: price(),
  putPer1000: price(),
  getPer1000: price(),
  listPer1000: price(),
  egressPerGiB: price().describe('Data that leaves the store: 0 where movers run beside it.'),
  minimumStorageDays: price().optional().describe('Days that are paid for data that is removed sooner. Default: 0.'),
})

export type PriceTable = z.infer<typeof priceTableSchema>

/** Reads a price table, such as a JSON file. Throws RangeError that names every field that is wrong. */
export function parsePriceTable(value: unknown): PriceTable {
  const parsed = priceTableSchema.safeParse(value)
  if (!parsed.success) throw new RangeError(`the price table cannot be used:\n${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** An example for tables of one’s own, not an offer of anybody. */
export const examplePrices: PriceTable = {
  name: 'example prices',
  source: 'round figures of the order that large object stores list for their standard class; nobody’s offer',
  asOf: '2026-11',
  currency: 'USD',
  storagePerGiBMonth: 0.02,
  putPer1000: 0.005,
  getPer1000: 0.0004,
  listPer1000: 0.005,
  egressPerGiB: 0.09,
}

/** Disks of one’s own: nothing is paid by use. */
export const localPrices: PriceTable = {
  name: 'own disks',
  source: 'nothing is paid by use',
  asOf: '2026-11',
  currency: 'USD',
  storagePerGiBMonth: 0,
  putPer1000: 0,
  getPer1000: 0,
  listPer1000: 0,
  egressPerGiB: 0,
}

/** The table for a store: that for own disks where the repository lies on a volume. */
export function pricesFor(provider: Provider | undefined, table: PriceTable): PriceTable {
  return provider === 'local' ? { ...localPrices, currency: table.currency } : table
}
