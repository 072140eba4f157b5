import { element } from './element.js'
import { clock, dayNames } from './words.js'

interface Line {
  readonly name: string
  readonly runs: readonly number[]
}

/** The numbers of the heat map as a table of days and hours, for one repository or the sum; made when it is opened. */
export function weekTable(lines: readonly Line[]): HTMLElement {
  const place = element('div', { class: 'wide', tabindex: 0, role: 'region', 'aria-label': 'Runs by day and hour' })
  const choice = element(
    'select',
    { change: () => place.replaceChildren(table(lines, Number(choice.value))) },
    element('option', { value: -1 }, 'all repositories'),
    ...lines.map(({ name }, index) => element('option', { value: index }, name)),
  )
  const open = () => {
    if (place.childElementCount === 0) place.append(table(lines, -1))
  }
  return element(
    'details',
    { toggle: open },
    element('summary', {}, 'The week as a table'),
    element('label', { class: 'field' }, 'Repository ', choice),
    place,
  )
}

function table(lines: readonly Line[], index: number): HTMLElement {
  const chosen = index < 0 ? lines : lines.slice(index, index + 1)
  const runs = (hour: number) => chosen.reduce((sum, line) => sum + (line.runs[hour] ?? 0), 0)
  const hours = Array.from({ length: 24 }, (_, hour) => hour)
  const head = element(
    'tr',
    {},
    element('td'),
    ...hours.map(hour => element('th', { scope: 'col' }, clock(hour).slice(0, 2))),
  )
  const days = dayNames.map((name, day) => {
    const cells = hours.map(hour => element('td', {}, String(runs(day * 24 + hour) || '·')))
    return element('tr', {}, element('th', { scope: 'row' }, name), ...cells)
  })
  const title = `Runs that start in each hour, UTC: ${index < 0 ? 'all repositories' : (chosen[0]?.name ?? '')}`
  return element(
    'table',
    { class: 'hours' },
    element('caption', {}, title),
    element('thead', {}, head),
    element('tbody', {}, ...days),
  )
}
