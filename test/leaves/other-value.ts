import { parseSchedule } from '../../lib/schedule.js'
import type { KindDefinition } from '../../lib/schema/crd.js'
import { validateObject } from '../../lib/schema/validate.js'
import { type Leaf, valueAt, withValue } from './leaf-paths.js'

/** Texts of every shape that a field of ours has; the first valid one that differs is taken. */
const texts = [
  ...['5 4 * * *', 'Asia/Tokyo', '7m', '7Mi', '7%', '7d', '--tag=other', 'b'.repeat(64), 'other', '/other'],
  ...['unlimited', '7', 'https://other.test/'],
]

function candidates({ schema, keys }: Leaf, value: unknown): unknown[] {
  if (schema.enum !== undefined) return schema.enum.filter(each => each !== value)
  if (typeof value === 'boolean') return [!value]
  if (typeof value === 'number') return [value + 1, value - 1]
  if (typeof value !== 'string') return [otherObject(value)]
  const field = keys.at(-1)
  if (field === 'schedule') return ['5 4 * * *']
  if (field === 'timeZone') return ['Asia/Tokyo']
  return [`${value}x`, ...texts.filter(text => text !== value)]
}

/** The same core/v1 object with another first text or number. */
function otherObject(value: unknown): unknown {
  if (typeof value === 'string') return `${value}x`
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  if (typeof value !== 'object' || value === null) throw new Error('the fixture’s object is empty')
  const [first, ...rest] = Object.entries(value)
  if (first === undefined) throw new Error('the fixture’s object is empty')
  const changed = otherObject(first[1])
  return Array.isArray(value) ? [changed, ...value.slice(1)] : Object.fromEntries([[first[0], changed], ...rest])
}

/** A spec that differs from a valid one in one leaf, and is valid too; undefined when the other fields allow none. */
export function mutated(definition: KindDefinition, spec: unknown, leaf: Leaf): unknown {
  for (const candidate of candidates(leaf, valueAt(spec, leaf))) {
    const other = withValue(spec, leaf, candidate)
    if (validateObject(definition, { spec: other }, '').length === 0 && readable(other)) return other
  }
  return undefined
}

function readable(spec: unknown): boolean {
  const { schedule, timeZone } = spec as { schedule?: string; timeZone?: string }
  return schedule === undefined || parseSchedule(schedule, timeZone).ok
}
