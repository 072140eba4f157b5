import { printable } from '../display/printable.js'
import type { Terminal } from '../display/terminal.js'
import { type Finding, inFileOrder } from './finding.js'

/** How findings are printed: for people, for programs, or as annotations of a GitHub workflow. */
export type FindingFormat = 'table' | 'json' | 'github'

/** Prints findings in the order of files and lines. */
export function printFindings(findings: readonly Finding[], format: FindingFormat, terminal: Terminal): void {
  const sorted = [...findings].sort(inFileOrder)
  if (format === 'json') terminal.line(JSON.stringify(sorted, undefined, 2))
  else if (format === 'github') for (const each of sorted) terminal.line(annotation(each))
  else printByFile(sorted, terminal)
}

function printByFile(findings: readonly Finding[], terminal: Terminal): void {
  const { bold, dim, red, yellow } = terminal.colours
  let last: string | undefined
  for (const each of findings) {
    const place = printable(each.file ?? each.source ?? 'without a position')
    if (place !== last) terminal.line(`${last === undefined ? '' : '\n'}${bold(place)}`)
    last = place
    const code = each.severity === 'error' ? red(each.code) : yellow(each.code)
    const at = each.line === undefined ? '' : `${dim(`${each.line}:${each.column}`)}  `
    terminal.line(`  ${at}${code}  ${subjectOf(each)}: ${indented(each.message)}`)
  }
  if (findings.length > 0) terminal.line()
}

const subjectOf = ({ object, path }: Finding) => printable(path === '' ? object : `${object}: ${path}`)
// Further lines must not look like findings of their own.
const indented = (message: string) => message.split('\n').map(printable).join('\n        ')

// GitHub Actions, “Workflow commands”: properties and message have their own escapes.
function annotation(finding: Finding): string {
  const { file, line, column, code, message, severity } = finding
  const properties = {
    ...(file === undefined ? {} : { file, line, col: column }),
    title: `${code} ${subjectOf(finding)}`,
  }
  const written = Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`)
  return `::${severity === 'error' ? 'error' : 'notice'} ${written.join(',')}::${escaped(message)}`
}

const escaped = (text: string) => indented(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string) => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
