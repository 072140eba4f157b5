import { relative } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { textOfFile } from '../../constructs/manifests/file-text.js'
import type { ClaimExemption } from '../../lib/coverage/exemption.js'
import { fieldsOf } from '../../lib/fleet/manifest.js'
import { exitCodes, UserError } from '../user-error.js'

const fields = ['claim', 'reason', 'until']

/**
 * The exemptions of a YAML file: a list of claim, reason and until. What they say is judged with the fleet; throws
 * UserError when the file is no such list.
 */
export function exemptionsIn(file: string): ClaimExemption[] {
  const name = relative(process.cwd(), file) || file
  const read = textOfFile(file, name)
  if (!read.ok) throw new UserError(`${name} ${read.problem.message}`, exitCodes.usage)
  const lines = new LineCounter()
  // The core schema of YAML 1.2 leaves a date the text that it is.
  const document = parseDocument(read.text, { lineCounter: lines, schema: 'core', prettyErrors: false })
  const positionOf = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${name}:${line}:${col}`
  }
  const [error] = document.errors
  if (error !== undefined) throw new UserError(`${positionOf(error.pos[0])}: ${error.message}`, exitCodes.usage)
  const list: unknown = document.toJS() ?? []
  if (!Array.isArray(list)) throw new UserError(`${name} is not a list of ${fields.join(', ')}`, exitCodes.usage)
  return list.map((entry: unknown, index) => {
    const node = document.getIn([index], true) as { range?: [number, number, number] } | undefined
    return { ...exemptionOf(entry, name, index), position: positionOf(node?.range?.[0] ?? 0) }
  })
}

function exemptionOf(entry: unknown, name: string, index: number): ClaimExemption {
  const unknown = Object.keys(fieldsOf(entry)).find(key => !fields.includes(key))
  if (unknown === undefined && Object.keys(fieldsOf(entry)).length > 0)
    return fieldsOf(entry) as unknown as ClaimExemption
  const received = unknown === undefined ? 'no fields' : `the field '${unknown}'`
  throw new UserError(`${name}: entry ${index} has ${received}; expected ${fields.join(', ')}`, exitCodes.usage)
}
