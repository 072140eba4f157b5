import { formatDuration, parseDuration, tryParseDuration } from '../../lib/duration.js'
import { parseQuantity, quantityBytes } from '../../lib/quantity.js'
import { decodeReport, encodeReport, isStepReport } from '../../lib/report.js'
import { judgeExit } from '../../lib/restic/exit-code.js'
import { forgetAccount } from '../../lib/restic/forget.js'
import { JsonLines, type OutputLine, parseDocument } from '../../lib/restic/json-lines.js'
import {
  backupSummary,
  initializedId,
  isFullId,
  itemError,
  repositoryConfig,
  restoreSummary,
  snapshotList,
} from '../../lib/restic/messages.js'
import { redactor } from '../../lib/restic/redaction.js'
import { selectSnapshots } from '../../lib/restic/selection.js'
import { nextSlot, parseSchedule } from '../../lib/schedule.js'
import { substituteText } from '../../lib/substitution.js'
import { parseFlags, UsageError } from '../../runtime/agent/flags.js'
import { groupUrl } from '../../runtime/agent/pushgateway.js'
import { jsonLines } from '../../runtime/kube/json-lines.js'

/** One reader of foreign bytes: throws when it breaks what it promises. `corpus` is what it reads on good days. */
export interface Target {
  readonly corpus: readonly string[]
  readonly read: (bytes: Uint8Array) => void | Promise<void>
}

function claim(holds: boolean, promise: string): void {
  if (!holds) throw new Error(promise)
}
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')

/** Runs something that may refuse with one kind of error and no other. */
function orRefuses<T>(kind: new (...args: never[]) => Error, act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    if (error instanceof kind) return undefined
    throw error
  }
}

const id = 'ab'.repeat(32)
const summary = `{"message_type":"summary","files_new":1,"files_changed":0,"total_files_processed":1,"total_bytes_processed":5,"data_added":9,"total_duration":0.5,"snapshot_id":"${id}"}\n`
const listing = `[{"time":"2026-11-22T03:00:00Z","tree":"x","paths":["/data"],"hostname":"shop/data","tags":["holdfast","session=u","attempt=1","paths=1","root=%2Fdata"],"id":"${id}"}]`
const report = `{"holdfast":1,"step":"update-status","outcome":"Succeeded","confirmed":true,"host":"a/b","snapshots":[{"id":"${id}","path":"/d","totalBytes":1,"uploadedBytes":1,"seconds":1,"files":{"total":1}}]}`
const event = '{"type":"MODIFIED","object":{"kind":"Job","metadata":{"name":"é","resourceVersion":"12"}}}\n'

function linesOf(bytes: Uint8Array, cut: number): OutputLine[] {
  const lines = new JsonLines(4096)
  return [...lines.push(bytes.subarray(0, cut)), ...lines.push(bytes.subarray(cut)), ...lines.end()]
}

async function watched(chunks: readonly Uint8Array[]): Promise<unknown[]> {
  const found: unknown[] = []
  const stream = (async function* () {
    yield* chunks
  })()
  try {
    for await (const object of jsonLines(stream)) found.push(object)
  } catch (error) {
    claim(error instanceof SyntaxError, `a broken line is a SyntaxError; got ${String(error)}`)
    found.push('broken')
  }
  return found
}

export const targets: Readonly<Record<string, Target>> = {
  'restic output': {
    corpus: [
      summary,
      '{"message_type":"status","percent_done":0.5}\r\nunlocked\n',
      '\u001b[2Kretrying\n',
      `${listing}\n`,
    ],
    read: bytes => {
      const [one, two] = [linesOf(bytes, 0), linesOf(bytes, Math.floor(bytes.length / 2))]
      claim(JSON.stringify(one) === JSON.stringify(two), 'lines do not depend on where the chunks were cut')
      for (const line of one) {
        if (!('json' in line)) continue
        const made = backupSummary(line.json)
        claim(made === undefined || isFullId(made.snapshotId), 'a summary names a whole snapshot id')
        const first = initializedId(line.json)
        claim(first === undefined || isFullId(first), 'an id is whole')
        itemError(line.json)
        restoreSummary(line.json)
      }
    },
  },
  'restic document': {
    corpus: [listing, `${summary}${listing}`, `{"version":2,"id":"${id}"}`, '[{"keep":[],"remove":[]}]', '[]', 'null'],
    read: bytes => {
      const document = parseDocument(textOf(bytes))
      const config = repositoryConfig(document)
      claim(config === undefined || isFullId(config.id), 'a repository has a whole id')
      forgetAccount(document, { host: 'shop/data', path: '/data' })
      const all = snapshotList(document) ?? []
      const wish = { host: 'shop/data', snapshots: ['latest'], paths: [] }
      for (const each of [wish, { ...wish, snapshots: [], paths: ['/data'] }]) {
        const selection = selectSnapshots(all, each)
        if ('missing' in selection) continue
        const own = new Set(all.filter(one => one.host === each.host).map(one => one.id))
        claim(
          selection.selected.every(one => own.has(one.id)),
          'nothing of another host is restored',
        )
      }
    },
  },
  'termination message': {
    corpus: [
      report,
      '{"holdfast":1,"step":"finish","outcome":"Failed"}',
      `{"holdfast":1,"step":"maintain","outcome":"Failed","ids":"${id}"}`,
    ],
    read: bytes => {
      const decoded = decodeReport(textOf(bytes))
      if (decoded === undefined) return
      claim(isStepReport(decoded), 'what is believed is a report')
      claim(
        (decoded.snapshots ?? []).every(each => isFullId(each.id)),
        'snapshots have whole ids',
      )
      claim(Buffer.byteLength(encodeReport(decoded, 2000)) <= 2000, 'a report fits its budget')
    },
  },
  'restic’s last words': {
    corpus: ['Fatal: wrong password or no key found', 'repository is already locked by PID 1', 'dial tcp: i/o timeout'],
    read: bytes => {
      for (const code of [1, 2, 10, 11, 12, 130, 255, null]) {
        const verdict = judgeExit({ code, signal: null } as Parameters<typeof judgeExit>[0], textOf(bytes))
        claim(verdict.outcome !== 'Succeeded', 'no words turn a failure into a success')
      }
    },
  },
  'watch stream': {
    corpus: [event, `${event}${event}`, `${event}{"type":"ADD`, '\n\n', '{"type":"BOOKMARK"}\n'],
    read: async bytes => {
      const whole = await watched([bytes])
      const pieces = await watched([...bytes].map(byte => Uint8Array.of(byte)))
      claim(JSON.stringify(whole) === JSON.stringify(pieces), 'events do not depend on where the chunks were cut')
    },
  },
  redaction: {
    corpus: ['s3:https://user:hunter22@host/bucket', 'Fatal: hunter22', 'rest:http://a@b', 'https://a:b@c@d'],
    read: bytes => {
      const clean = redactor(['hunter22'])(textOf(bytes))
      claim(!clean.includes('hunter22'), 'no secret stays')
      claim(!/\bhttps?:\/\/[^\s/@"']+@/.test(clean.replaceAll('***@', '')), 'no user stays in an address')
    },
  },
  duration: {
    corpus: ['1h30m', '90s', '1.5h', '300ms', '7d', '-1h', '9999999999999h'],
    read: bytes => {
      const ms = tryParseDuration(textOf(bytes))
      claim(ms === undefined || (Number.isSafeInteger(ms) && ms >= 0), 'a duration is whole milliseconds from 0')
      if (ms !== undefined) claim(parseDuration(formatDuration(ms)) === ms, 'what is written is read back')
    },
  },
  quantity: {
    corpus: ['10Gi', '500M', '.5', '1e3', '1E9', '5.'],
    read: bytes => {
      const size = orRefuses(RangeError, () => parseQuantity(textOf(bytes)))
      claim(size === undefined || size >= 0, 'a quantity is no negative number')
      orRefuses(RangeError, () => quantityBytes(textOf(bytes)))
    },
  },
  schedule: {
    corpus: ['*/5 * * * *', '0 3 * * 1-5', '@daily', '0 0 31 2 *', '59 23 29 2 0', 'H H * * *', '0 3 * JAN MON'],
    read: bytes => {
      const parsed = parseSchedule(textOf(bytes).slice(0, 100), 'Etc/UTC')
      if (!parsed.ok) return claim(parsed.message.length < 1000, 'a refusal is a sentence')
      const after = new Date('2026-11-22T12:00:00Z')
      const next = nextSlot(parsed.schedule, after)
      claim(next === undefined || next > after, 'the next slot lies ahead')
    },
  },
  substitution: {
    corpus: ['${A}', '${A:=b}', '$${A}', '--x=${S}', 'a$(S)$$b', '${', '${A:=${B}}'],
    read: bytes => {
      const variables = new Map<string, { text: string } | { session: string }>([
        ['A', { text: '${B}$(S)' }],
        ['S', { session: 'S' }],
      ])
      const problems: Parameters<typeof substituteText>[3]['problems'] = []
      substituteText(textOf(bytes), 'args[0]', 'expanded', { variables, object: 'Function x', problems })
      claim(
        problems.every(each => each.message.length < 500),
        'a problem is a sentence',
      )
    },
  },
  'command line': {
    corpus: ['--paths=["/a"]', '--level=1', '--paths', '-x', '--', '--paths=[]=', '--constructor=1'],
    read: bytes => {
      const table = {
        paths: { help: 'paths', kind: 'list', otherwise: '[]' },
        level: { help: 'level', kind: 'integer', otherwise: '0' },
      } as const
      const flags = orRefuses(UsageError, () => parseFlags('x', table, textOf(bytes).split('\0')))
      if (flags === undefined) return
      claim(
        flags.list('paths').every(each => typeof each === 'string'),
        'a list is one of texts',
      )
      claim(Number.isSafeInteger(flags.integer('level')), 'an integer is one')
    },
  },
  'Pushgateway group': {
    corpus: ['data', 'a/b', '../job/other', 'a/namespace/kube-system', '%2f', 'é', '@base64'],
    read: bytes => {
      const name = textOf(bytes)
      if (name === '') return
      const path = groupUrl('http://p', { cluster: '', namespace: 'shop', invokerKind: 'X', invokerName: name })
      const parts = new URL(path).pathname.split('/').slice(2)
      claim(parts.slice(0, 6).join('/') === 'job/holdfast/namespace/shop/invoker_kind/X', 'a name is no other label')
      claim(parts.length === 8, 'a name is one part of the path')
      const [label = '', value = ''] = parts.slice(6)
      const read = label.endsWith('@base64') ? Buffer.from(value, 'base64url').toString() : decodeURIComponent(value)
      claim(read === name, 'the name arrives as it is')
    },
  },
}
