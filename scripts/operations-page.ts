import type { FlowResult } from '../bench/store-operations/flows.js'
import { reckonedRequests } from '../bench/store-operations/reckoned.js'
import { groupedDigits, markdownTable } from './markdown-table.js'

/** What bench/store-operations/main.ts writes. */
export interface OperationResults {
  readonly restic: string
  readonly volume: { readonly files: number; readonly bytesEach: number; readonly changed: number }
  readonly flows: readonly FlowResult[]
}

const mebibytes = (bytes: number) => (bytes / 1024 ** 2).toFixed(1)
const count = (value: number | undefined) => (value === undefined ? '' : groupedDigits(value))

/** The part of docs/performance.md about what flows ask of a store. */
export function operationsMarkdown({ restic, volume, flows }: OperationResults): string {
  const { files, bytesEach, changed } = volume
  const counted = markdownTable(
    ['flow', 'PUT', 'LIST', 'GET', 'HEAD', 'DELETE', 'MiB sent', 'MiB received'],
    flows.map(({ flow, operations: { PUT, LIST, GET, HEAD, DELETE, sent, received } }) => [
      flow,
      ...[PUT, LIST, GET, HEAD, DELETE].map(count),
      mebibytes(sent),
      mebibytes(received),
    ]),
  )
  const compared = markdownTable(
    ['counted / reckoned', 'PUT', 'LIST', 'GET and HEAD'],
    flows.flatMap(({ flow, operations: { PUT, LIST, GET, HEAD }, reckoned }) => {
      if (reckoned === undefined) return []
      const { puts, lists, gets } = reckonedRequests(reckoned)
      const pairs = [
        [PUT, puts],
        [LIST, lists],
        [GET + HEAD, gets],
      ] as const
      return [[flow, ...pairs.map(([counted, expected]) => `${count(counted)} / ${count(expected)}`)]]
    }),
  )
  return `# What a store is asked for

Generated from \`bench/results/store-operations.json\`, which \`npm run bench:operations\` writes (after \`npm run build\`; half a minute).

The steps of Holdfast’s Jobs, with restic ${restic}, against an S3 server behind a proxy that counts: a volume of ${files} files
of ${bytesEach / 1024} KiB that do not compress, of which a day changes ${changed}. Every Job begins without a cache, as in a cluster. A backup
is the session’s mover and the confirmation of its snapshot; prune and check are what they add to a maintain Job.

${counted}

The estimate of \`holdfast retention\` reckons with the same flows; stores price a HEAD as a GET, and removals not at all:

${compared}
`
}
