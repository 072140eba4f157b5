import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseDuration } from '../../lib/duration.js'
import { dashboard, dashboardQueries } from '../../lib/monitoring/dashboard/dashboard.js'
import type { Panel, Target } from '../../lib/monitoring/dashboard/panel.js'
import { type Rule, ruleGroups } from '../../lib/monitoring/rules.js'
import { toolPath } from '../../scripts/tools.mjs'
import { PrometheusServer, type Sample } from '../../test/monitoring/prometheus-server.js'
import { options } from '../../test/monitoring/promtool.js'
import { Recording, recordFleet } from './recording.js'
import { days, pictured } from './volume.js'

const minute = 60_000
const rules: readonly Rule[] = ruleGroups(options).flatMap(group => group.rules)

/** What Prometheus says to one query of a panel. */
export interface Answer {
  readonly target: Target
  readonly result: readonly unknown[]
}

export type Answers = Readonly<Record<number, readonly Answer[]>>

export const range = { from: pictured - days.shown * 1440 * minute, to: pictured } as const

/** What a real Prometheus answers to each panel once the days of the made-up fleet are recorded; by the panel’s id. */
export async function recordedAnswers(width: number): Promise<Answers> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-dashboard-'))
  try {
    const asked = [...rules.map(({ expr }) => expr), ...dashboardQueries()]
    const wanted = new Set(asked.flatMap(expr => expr.match(/holdfast_\w+/g) ?? []))
    store(folder, await recordFleet(wanted))
    return await answersFrom(folder, width)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The same of a folder that holds the recording already. */
export async function answersFrom(folder: string, width: number): Promise<Answers> {
  store(folder, await withPrometheus(folder, alertsOf))
  return withPrometheus(folder, prometheus => ask(prometheus, width))
}

function store(folder: string, recording: Recording): void {
  writeFileSync(join(folder, 'recording.txt'), recording.text)
  const args = [
    'tsdb',
    'create-blocks-from',
    'openmetrics',
    '--quiet',
    '--max-block-duration=240h',
    'recording.txt',
    'data',
  ]
  const { status, stderr } = spawnSync(toolPath('promtool'), args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`promtool cannot store the recording: ${stderr.trim()}`)
}

async function withPrometheus<T>(folder: string, use: (prometheus: PrometheusServer) => Promise<T>): Promise<T> {
  const files = { 'prometheus.yml': '{}\n' }
  const more = ['--storage.tsdb.retention.time=100y']
  const prometheus = await PrometheusServer.run({ files, folder, targets: 0, more })
  try {
    return await use(prometheus)
  } finally {
    await prometheus.stop()
  }
}

/**
 * The alerts that fire at the moment of the picture. Prometheus evaluates rules only in its own present, so each expression
 * is asked for the past: it must have been true as long as the rule says.
 */
async function alertsOf(prometheus: PrometheusServer): Promise<Recording> {
  const alerts = new Recording()
  for (const { alert, expr, for: wait, labels } of rules) {
    const held = parseDuration(wait)
    const step = Math.max(minute, held / 30)
    for (const { metric, values } of await overTime(prometheus, expr, pictured - held, pictured, step)) {
      if (values.length < Math.floor(held / step) + 1) continue
      const { __name__: _, ...own } = metric
      const all = { ...own, ...labels, alertname: alert, alertstate: 'firing' }
      for (let time = pictured - 10 * minute; time <= pictured; time += minute) alerts.add('ALERTS', all, 1, time)
    }
  }
  return alerts
}

async function ask(prometheus: PrometheusServer, width: number): Promise<Answers> {
  const answers: Record<number, Answer[]> = {}
  for (const panel of dashboard().panels) {
    if (!('targets' in panel)) continue
    const step = stepOf(panel, width)
    answers[panel.id] = await Promise.all(panel.targets.map(target => answer(prometheus, target, step)))
  }
  return answers
}

async function answer(prometheus: PrometheusServer, target: Target, step: number): Promise<Answer> {
  const expr = target.expr.replaceAll('$namespace', '.*')
  if (target.instant !== true) return { target, result: await overTime(prometheus, expr, range.from, range.to, step) }
  const query = `query?query=${encodeURIComponent(expr)}&time=${pictured / 1000}`
  return { target, result: (await prometheus.get<{ result: readonly Sample[] }>(query)).result }
}

interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly (readonly [number, string])[]
}

async function overTime(
  prometheus: PrometheusServer,
  expr: string,
  from: number,
  to: number,
  step: number,
): Promise<readonly Series[]> {
  const [start, end, seconds] = [from, to, step].map(each => each / 1000)
  const query = `query_range?query=${encodeURIComponent(expr)}&start=${start}&end=${end}&step=${seconds}`
  return (await prometheus.get<{ result: readonly Series[] }>(query)).result
}

/** Grafana asks for a point a pixel at most, and rounds: here to ten minutes. */
function stepOf({ gridPos, interval }: Panel, width: number): number {
  const pixels = (width * gridPos.w) / 24
  const step = Math.ceil((range.to - range.from) / pixels / (10 * minute)) * 10 * minute
  return Math.max(step, interval === undefined ? 0 : parseDuration(interval))
}
