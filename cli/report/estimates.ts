import { quantityBytes } from '../../lib/quantity.js'
import type { PriceTable } from '../../lib/retention/price-table.js'
import { pricesIn } from '../retention/price-file.js'
import { exitCodes, UserError } from '../user-error.js'

/** What no manifest says, and figures need. */
export interface Estimates {
  /** Bytes of a claim whose size git does not state. */
  readonly size: number
  /** Share of a volume that a day overwrites, 0 to 1. */
  readonly churn: number
  readonly prices: PriceTable
}

/** The same as a person writes it. */
export interface EstimateOptions {
  readonly size: string
  readonly churn: string
  /** @default - example prices */
  readonly prices?: string
}

/** Reads the assumptions of the command line. Throws UserError that names the option, its value and what is expected. */
export function estimatesOf({ size, churn, prices }: EstimateOptions): Estimates {
  return {
    size: readOr(() => quantityBytes(size), '--size'),
    churn: shareOf(churn),
    prices: pricesIn(prices),
  }
}

function shareOf(text: string): number {
  const share = /^\d+(\.\d+)?%$/.test(text) ? Number(text.slice(0, -1)) / 100 : Number.NaN
  if (share >= 0 && share <= 1) return share
  throw new UserError(`--churn ${text}: expected a share of the volume from 0% to 100%, such as 2%`, exitCodes.usage)
}

function readOr<T>(read: () => T, option: string): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error)) throw error
    throw new UserError(`${option}: ${error.message}`, exitCodes.usage)
  }
}
