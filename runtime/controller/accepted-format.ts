/** A way to write series down. */
export type Format = 'prometheus' | 'openmetrics'

interface Choice {
  readonly format: Format | undefined
  readonly quality: number
}

/**
 * The format that a scraper likes best of the two, by its Accept header. What it does not say, or says of other formats, is
 * answered with Prometheus text: a scrape is never refused, as with Prometheus’ own exporters.
 */
export function acceptedFormat(accept: string | undefined): Format {
  let best: Choice = { format: undefined, quality: 0 }
  // Of two that are liked alike the first is taken.
  for (const choice of (accept ?? '').split(',').map(choiceOf))
    if (choice.format !== undefined && choice.quality > best.quality) best = choice
  return best.format ?? 'prometheus'
}

function choiceOf(range: string): Choice {
  const [type = '', ...rest] = range.split(';').map(part => part.trim().toLowerCase())
  const parameters = new Map(
    rest.map(part => {
      const [name = '', value = ''] = part.split('=', 2).map(each => each.trim())
      return [name, value.replace(/^"(.*)"$/, '$1')]
    }),
  )
  const quality = Number(parameters.get('q') ?? 1)
  return { format: formatOf(type, parameters.get('version')), quality: Number.isNaN(quality) ? 0 : quality }
}

function formatOf(type: string, version: string | undefined): Format | undefined {
  if (type === 'application/openmetrics-text') return [undefined, '1.0.0'].includes(version) ? 'openmetrics' : undefined
  if (type === 'text/plain') return [undefined, '0.0.4'].includes(version) ? 'prometheus' : undefined
  // Who takes anything gets what every scraper reads.
  return type === '*/*' || type === 'text/*' ? 'prometheus' : undefined
}
