import { policyPaused } from '../series.js'
import { controllerPanels } from './controller-panels.js'
import { fleetPanels, fleetStats } from './fleet-panels.js'
import type { GridPos, Panel, Question } from './panel.js'
import { storagePanels } from './storage-panels.js'

export const dashboardUid = 'holdfast-backups'

interface Row {
  readonly id: number
  readonly type: 'row'
  readonly title: string
  readonly collapsed: boolean
  readonly gridPos: GridPos
  readonly panels: readonly Panel[]
}

/** Grafana’s columns. */
const width = 24
// Without braces: Flux would replace `${datasource}`.
const datasource = { type: 'prometheus', uid: '$datasource' } as const

/** The dashboard, as Grafana imports and provisions it. */
export function dashboard() {
  return {
    uid: dashboardUid,
    title: 'Holdfast: backups',
    description: 'Is every volume protected, what failed, how much is stored, and does the controller work?',
    tags: ['holdfast', 'backup'],
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    refresh: '1m',
    timezone: 'browser',
    time: { from: 'now-7d', to: 'now' },
    templating: { list: variables() },
    annotations: { list: [] },
    links: [],
    panels: placed([
      { title: 'Is everything protected?', height: 4, perLine: 6, questions: fleetStats },
      { title: 'What is not?', height: 9, perLine: 2, questions: fleetPanels },
      { title: 'What is stored?', height: 9, perLine: 2, questions: storagePanels },
      { title: 'Does the controller keep up?', height: 8, perLine: 3, questions: controllerPanels },
    ]),
  }
}

/** The file that Grafana provisions: the same bytes every time. */
export const dashboardFile = (): string => `${JSON.stringify(dashboard(), undefined, 2)}\n`

/** Every PromQL expression of the dashboard. */
export const dashboardQueries = (): string[] =>
  dashboard().panels.flatMap(panel => ('targets' in panel ? panel.targets.map(target => target.expr) : []))

interface Section {
  readonly title: string
  readonly height: number
  readonly perLine: number
  readonly questions: readonly Question[]
}

function placed(sections: readonly Section[]): (Row | Panel)[] {
  const panels: (Row | Panel)[] = []
  let y = 0
  for (const { title, height, perLine, questions } of sections) {
    const gridPos = { x: 0, y, w: width, h: 1 }
    panels.push({ id: panels.length + 1, type: 'row', title, collapsed: false, gridPos, panels: [] })
    y += 1
    questions.forEach((question, index) => {
      const w = width / perLine
      const at = { x: (index % perLine) * w, y: y + Math.floor(index / perLine) * height, w, h: height }
      panels.push({ id: panels.length + 1, ...question, gridPos: at, datasource })
    })
    y += Math.ceil(questions.length / perLine) * height
  }
  return panels
}

function variables() {
  return [
    {
      name: 'datasource',
      label: 'Data source',
      type: 'datasource',
      query: 'prometheus',
      hide: 0,
    },
    {
      name: 'namespace',
      label: 'Namespace',
      type: 'query',
      datasource,
      query: { query: `label_values(${policyPaused}, namespace)`, refId: 'namespaces' },
      refresh: 2,
      sort: 1,
      multi: true,
      includeAll: true,
      allValue: '.*',
      hide: 0,
      current: { text: 'All', value: '$__all' },
    },
  ] as const
}
