import { parse } from 'yaml'
import { textOfFile } from '../../constructs/manifests/file-text.js'
import { examplePrices, type PriceTable, parsePriceTable } from '../../lib/retention/price-table.js'
import { exitCodes, UserError } from '../user-error.js'

/**
 * The price table of `--prices`, a JSON or YAML file; example prices without one. Throws UserError that names the file
 * and what is wrong with it.
 */
export function pricesIn(file: string | undefined): PriceTable {
  if (file === undefined) return examplePrices
  const read = textOfFile(file, file)
  if (!read.ok) throw new UserError(`--prices ${file} ${read.problem.message}`, exitCodes.usage)
  try {
    // The core schema of YAML 1.2 leaves a date the text that it is.
    return parsePriceTable(parse(read.text, { schema: 'core' }))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new UserError(`--prices ${file}: ${error.message}`, exitCodes.usage)
  }
}
