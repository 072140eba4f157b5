import { countsOf, type Severity, severities } from '../../lib/diff/change.js'
import type { FleetDifference } from '../../lib/diff/changes.js'
import type { Comparison } from './comparison.js'
import { countWords, gapWords, otherWords } from './count-words.js'
import { type ChangeGroup, groupsOf, subjectWords } from './group.js'
import { markdownCode, markdownText } from './markdown-text.js'

/** The first line of every comment, by which a CI job finds the one that it wrote before. */
export const marker = '<!-- holdfast-diff -->'
/** Most that GitHub takes in one comment; counted in bytes, to be on the safe side. */
const mostBytes = 65_536
/** Part of it that is for the tables: every change has a row before any has its details. */
const tableShare = 0.7
const reserve = 600

const titles: Readonly<Record<Severity, string>> = { danger: 'Danger', warning: 'Warnings', notice: 'Notices' }

/** A comment for a pull request: tables by severity, then the details, within what a comment may hold. */
export function markdownOf({ before, after }: Comparison, { changes, others }: FleetDifference): string {
  const page = new Page(mostBytes - reserve)
  page.add(`${marker}\n## Backups: ${countWords(countsOf(changes))}\n\n`)
  page.add(`${markdownCode(before.name)} → ${markdownCode(after.name)}\n`)
  for (const words of gapWords({ before, after })) page.add(`\n**${markdownText(words, 300)}**\n`)
  page.limit = (mostBytes - reserve) * tableShare
  const groups = groupsOf(changes)
  for (const severity of severities) {
    const own = groups.filter(({ change }) => change.severity === severity)
    addTable(page, severity, own)
  }
  page.limit = mostBytes - reserve
  addDetails(page, groups)
  page.limit = mostBytes
  const more = otherWords(others)
  if (more !== undefined) page.add(`\n${more.charAt(0).toUpperCase()}${more.slice(1)}.\n`)
  return page.text
}

/** Text that grows up to a limit in bytes. */
class Page {
  limit: number
  #parts: string[] = []
  #bytes = 0

  constructor(limit: number) {
    this.limit = limit
  }

  get text(): string {
    return this.#parts.join('')
  }

  /** False, and nothing added, when the part does not fit. */
  add(part: string, room = 0): boolean {
    const bytes = Buffer.byteLength(part)
    if (this.#bytes + bytes + room > this.limit) return false
    this.#parts.push(part)
    this.#bytes += bytes
    return true
  }

  /** For the few words that must come whatever the limit of the section is. */
  close(part: string): void {
    this.#parts.push(part)
    this.#bytes += Buffer.byteLength(part)
  }
}

function addTable(page: Page, severity: Severity, groups: readonly ChangeGroup[]): void {
  if (groups.length === 0) return
  const count = countIn(groups)
  const folded = severity === 'notice'
  const head = folded
    ? `\n<details><summary>${count} ${count === 1 ? 'notice' : 'notices'}</summary>\n\n`
    : `\n### ${titles[severity]}\n\n`
  page.close(`${head}| What | Change |\n| --- | --- |\n`)
  const left = countIn(addEach(page, groups, rowOf))
  if (left > 0) page.close(`| … | ${left} more not shown: a comment holds no more |\n`)
  if (folded) page.close('\n</details>\n')
}

const countIn = (groups: readonly ChangeGroup[]) => groups.reduce((sum, { subjects }) => sum + subjects.length, 0)

/** Adds what fits; returns the rest. */
function addEach(page: Page, groups: readonly ChangeGroup[], textOf: (group: ChangeGroup) => string) {
  const stop = groups.findIndex(group => !page.add(textOf(group)))
  return stop === -1 ? [] : groups.slice(stop)
}

function rowOf(group: ChangeGroup): string {
  const { sentence, advice } = group.change
  const more = advice === undefined ? '' : `<br><sub>${markdownText(advice)}</sub>`
  return `| ${markdownText(subjectWords(group), 400)} | ${markdownText(sentence)}${more} |\n`
}

function addDetails(page: Page, groups: readonly ChangeGroup[]): void {
  const told = groups.filter(({ change }) => change.details.length > 0 || Object.keys(change.positions).length > 0)
  if (told.length === 0) return
  page.close('\n<details><summary>Details</summary>\n\n')
  const left = countIn(addEach(page, told, detailsOf))
  if (left > 0) page.close(`\nDetails of ${left} more changes are not shown: a comment holds no more.\n`)
  page.close('\n</details>\n')
}

function detailsOf(group: ChangeGroup): string {
  const { severity, kind, details, positions } = group.change
  const places = [positions.before, positions.after].filter(each => each !== undefined).map(each => markdownCode(each))
  const where = places.length === 0 ? '' : ` (${places.join(' → ')})`
  const fields = details
    .slice(0, 20)
    .map(({ field, before, after }) => `  - ${markdownCode(field)}: ${value(before)} → ${value(after)}\n`)
  const more = details.length > 20 ? `  - ${details.length - 20} more fields\n` : ''
  return `- **${severity}** ${kind}, ${markdownText(subjectWords(group), 400)}${where}\n${fields.join('')}${more}`
}

const value = (text: string | undefined) => (text === undefined ? '–' : markdownCode(text))
