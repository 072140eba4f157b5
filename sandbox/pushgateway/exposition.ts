export type Labels = Readonly<Record<string, string>>

export interface Sample {
  /** The name as written: for a histogram also `…_bucket`, `…_sum`, `…_count`. */
  readonly name: string
  readonly labels: Labels
  /** As written: `NaN` and `+Inf` are values too. */
  readonly value: string
}

export interface MetricFamily {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly samples: Sample[]
}

/** A push that is not in the text exposition format, or breaks a rule of the Pushgateway. */
export class ExpositionError extends Error {
  override readonly name = 'ExpositionError'
}

/** Reads the Prometheus text exposition format, version 0.0.4. Throws ExpositionError with the line that is wrong. */
export function parseExposition(text: string): Map<string, MetricFamily> {
  const families = new Map<string, { name: string; type: string; help: string; samples: Sample[] }>()
  const family = (name: string) => {
    const known = families.get(name) ?? { name, type: 'untyped', help: '', samples: [] }
    families.set(name, known)
    return known
  }
  for (const [index, line] of text.split('\n').entries()) {
    const comment = /^#\s+(HELP|TYPE)\s+([A-Za-z_:][\w:]*)\s?(.*)$/.exec(line)
    if (comment !== null) {
      const [, keyword, name = '', rest = ''] = comment
      if (keyword === 'HELP') family(name).help = rest.replace(/\\(n|\\)/g, (_, c) => (c === 'n' ? '\n' : '\\'))
      else family(name).type = rest.trim()
    } else if (line.trim() !== '' && !line.startsWith('#')) {
      const sample = parseSample(line, index + 1)
      family(familyName(sample.name, families)).samples.push(sample)
    }
  }
  if (text !== '' && !text.endsWith('\n'))
    throw new ExpositionError('text format parsing error: unexpected end of input stream')
  return families
}

function parseSample(line: string, number: number): Sample {
  const match = /^([A-Za-z_:][\w:]*)\s*(?:\{(.*)\})?\s+(\S+)(?:\s+(-?\d+))?\s*$/.exec(line)
  if (match === null) throw new ExpositionError(`text format parsing error in line ${number}: ${JSON.stringify(line)}`)
  const [, name = '', labels = '', value = '', time] = match
  if (time !== undefined) throw new ExpositionError(`pushed metrics must not have timestamps: ${name}`)
  if (Number.isNaN(Number(value)) && !/^([+-]?Inf|NaN)$/i.test(value)) {
    throw new ExpositionError(
      `text format parsing error in line ${number}: expected float as value, got ${JSON.stringify(value)}`,
    )
  }
  return { name, labels: parseLabels(labels, number), value }
}

function parseLabels(text: string, number: number): Labels {
  const labels: Record<string, string> = {}
  const pair = /\s*([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|$)/y
  while (pair.lastIndex < text.length) {
    const match = pair.exec(text)
    if (match === null) throw new ExpositionError(`text format parsing error in line ${number}: bad labels {${text}}`)
    const [, name = '', value = ''] = match
    labels[name] = value.replace(/\\(n|"|\\)/g, (_, c) => (c === 'n' ? '\n' : c))
  }
  return labels
}

function familyName(sample: string, families: ReadonlyMap<string, { type: string }>): string {
  const base = sample.replace(/_(bucket|sum|count)$/, '')
  const type = families.get(base)?.type
  return base !== sample && (type === 'histogram' || type === 'summary') ? base : sample
}

/** Writes families in the same format. */
export function formatExposition(families: Iterable<MetricFamily>): string {
  const lines: string[] = []
  for (const { name, type, help, samples } of families) {
    if (help !== '') lines.push(`# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`)
    lines.push(`# TYPE ${name} ${type}`)
    for (const sample of samples) lines.push(`${sample.name}${formatLabels(sample.labels)} ${sample.value}`)
  }
  return lines.map(line => `${line}\n`).join('')
}

function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}="${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}
