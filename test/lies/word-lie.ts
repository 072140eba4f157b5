import type { Reason } from '../../lib/reason.js'
import type { FlowName } from './flow.js'
import type { Said } from './said.js'
import type { Reality } from './world.js'

/** A lie made of a recorded truth, and the name that its session must end with; none when it is as good as the truth. */
export interface WordLie {
  readonly says: string
  readonly flow: FlowName
  readonly key: string
  readonly make: (truth: Said) => Said
  readonly reality?: Reality
  readonly reason?: Reason
}

export const bytes = (text: string) => Buffer.from(text)
const textOf = ({ stdout }: Said) => Buffer.from(stdout).toString()
/** Another text on stdout. */
export const said =
  (make: (text: string) => string) =>
  (truth: Said): Said => ({ ...truth, stdout: bytes(make(textOf(truth))) })
/** Other fields in the one JSON object or list that restic printed. */
export const fields = (change: (json: never) => unknown) =>
  said(text => `${JSON.stringify(change(JSON.parse(text) as never))}\n`)
export const put = (name: string, value: unknown) =>
  fields((json: Record<string, unknown>) => ({ ...json, [name]: value }))
export const each = (name: string, value: unknown) =>
  fields((list: object[]) => list.map(entry => ({ ...entry, [name]: value })))
export const foreign = 'e'.repeat(64)

export function lie(
  flow: FlowName,
  key: string,
  says: string,
  make: WordLie['make'],
  reason?: Reason,
  reality?: Reality,
): WordLie {
  return {
    flow,
    key,
    says,
    make,
    ...(reason === undefined ? {} : { reason }),
    ...(reality === undefined ? {} : { reality }),
  }
}

export const badCounts = [-1, 1.5, '2', null, true, 2 ** 53, 1e300, [2], { n: 2 }]

export const quiet = { stdout: bytes(''), stderr: bytes(''), code: 0 }
