import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { stringify } from 'yaml'
import { HttpServer } from '../../runtime/controller/http-server.js'
import { openMetricsType } from '../../runtime/controller/open-metrics.js'
import { fullController } from './exposed.js'
import { type ExpositionFormat, type Family, parsed } from './exposition-parser.js'
import { PrometheusServer } from './prometheus-server.js'

const well = { host: '127.0.0.1', port: 0, healthz: () => [], readyz: () => [] }
const accept: Record<ExpositionFormat, string> = {
  openmetrics: 'application/openmetrics-text;version=1.0.0',
  prometheus: 'text/plain;version=0.0.4',
}
const formats = ['openmetrics', 'prometheus'] as const

interface Scrape {
  readonly type: string | undefined
  readonly text: string
}

/** A connection of its own each time: while the parser runs, this process would not see an idle one end. */
async function scrape({ port }: HttpServer, format: ExpositionFormat): Promise<Scrape> {
  const options = { host: '127.0.0.1', port, path: '/metrics', headers: { accept: accept[format] }, agent: false }
  const answer = await new Promise<IncomingMessage>((done, fail) => get(options, done).once('error', fail))
  const { 'content-type': type, vary } = answer.headers
  expect([answer.statusCode, vary]).toEqual([200, 'accept'])
  return { type, text: await text(answer) }
}

/** The samples of all families, alike in both formats: bounds of buckets are numbers. */
const samplesOf = (families: readonly Family[]) =>
  families
    .flatMap(family => family.samples)
    .map(({ name, labels: { le, ...labels }, value }) => {
      const bound = le === undefined ? {} : { le: Number(le.replace('+Inf', 'Infinity')) }
      return { name, labels: { ...labels, ...bound }, value }
    })

const odd = ['', ' ', 'a"b\\c\nd', 'line\r\tend\\', 'ü 漢 🗄️', '{le="1"}', ',le="2"', '# EOF', '\\n', 'a'.repeat(3000)]

/** Everything that is hard to write down. */
function awkward(): Registry {
  const registers = [new Registry()]
  const about = { labelNames: ['value', 'le_'], registers }
  const help = 'Says "yes"\\no\nor nothing'
  const gauge = new Gauge({ name: 'holdfast_odd_bytes', help, ...about })
  const counter = new Counter({ name: 'holdfast_odd_seconds_total', help, ...about })
  const buckets = [0, 0.25, 1, 2, 10, 1e21]
  const histogram = new Histogram({ name: 'holdfast_odd_duration_seconds', help, buckets, ...about })
  for (const value of odd) {
    gauge.set({ value, le_: '1' }, odd.indexOf(value))
    counter.inc({ value, le_: '1' }, 0.5)
    histogram.observe({ value, le_: '1' }, 2)
  }
  for (const [name, value] of Object.entries({
    nan: Number.NaN,
    up: Infinity,
    down: -Infinity,
    big: 1e300,
    tiny: 5e-324,
  }))
    new Gauge({ name: `holdfast_odd_${name}`, help, registers }).set(value)
  return registers[0] ?? new Registry()
}

let controller: HttpServer
let strange: HttpServer
beforeAll(async () => {
  const { registry } = fullController()
  controller = await HttpServer.listen({ ...well, registry })
  strange = await HttpServer.listen({ ...well, registry: awkward() })
})
afterAll(async () => {
  await controller.close()
  await strange.close()
})

describe('a scrape of the controller', () => {
  test('in OpenMetrics is one for the parser that is the reference, and says the same as Prometheus text', async () => {
    const [open, plain] = await Promise.all(formats.map(format => scrape(controller, format)))
    expect(open?.type).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
    expect(plain?.type).toBe('text/plain; version=0.0.4; charset=utf-8')
    const families = parsed(open?.text ?? '', 'openmetrics')
    expect(families.length).toBeGreaterThan(25)
    expect(samplesOf(families)).toEqual(samplesOf(parsed(plain?.text ?? '', 'prometheus')))
  })

  test('in OpenMetrics explains every name, tells the units, and ends only counters in _total', async () => {
    const families = parsed((await scrape(controller, 'openmetrics')).text, 'openmetrics')
    expect(families.filter(({ type, help }) => type === 'unknown' || help === '')).toEqual([])
    const unitOf = ({ name }: Family) => /_(seconds|bytes)$/.exec(name)?.[1] ?? ''
    expect(families.map(({ unit }) => unit)).toEqual(families.map(unitOf))
    const counters = families.filter(({ type }) => type === 'counter')
    expect(counters.length).toBeGreaterThan(3)
    const totals = families.flatMap(({ samples }) => samples).filter(({ name }) => name.endsWith('_total'))
    expect(new Set(totals.map(({ name }) => name))).toEqual(new Set(counters.map(({ name }) => `${name}_total`)))
  })

  test('with the figures of its process is as good', async () => {
    const register = fullController().registry
    collectDefaultMetrics({ register })
    const server = await HttpServer.listen({ ...well, registry: register })
    const texts = await Promise.all(formats.map(async format => parsed((await scrape(server, format)).text, format)))
    await server.close()
    const names = texts.map(families => families.map(({ name }) => name).sort())
    expect(names[0]).toContain('process_cpu_user_seconds')
    expect(names[0]).toEqual(names[1])
  })

  test.each(formats)('in %s keeps every value of a label, every number and every help as it is', async format => {
    const families = parsed((await scrape(strange, format)).text, format)
    const of = (name: string) => families.find(family => family.name === name)
    for (const name of ['holdfast_odd_bytes', 'holdfast_odd_seconds']) {
      expect(of(name)?.samples.map(({ labels }) => labels['value'] ?? '')).toEqual(odd)
      expect(of(name)?.help).toBe('Says "yes"\\no\nor nothing')
    }
    const number = (name: string) => Number(of(`holdfast_odd_${name}`)?.samples[0]?.value.replace('inf', 'Infinity'))
    expect(['nan', 'up', 'down', 'big', 'tiny'].map(number)).toEqual([Number.NaN, Infinity, -Infinity, 1e300, 5e-324])
    const buckets = of('holdfast_odd_duration_seconds')?.samples.filter(({ name }) => name.endsWith('_bucket')) ?? []
    expect(buckets).toHaveLength(7 * odd.length)
    expect(buckets.map(({ labels }) => labels['value'] ?? '')).toEqual(odd.flatMap(value => Array(7).fill(value)))
  })

  test('writes the bounds of buckets in OpenMetrics as that wants them: numbers with a fraction', async () => {
    const { samples = [] } = parsed((await scrape(strange, 'openmetrics')).text, 'openmetrics').at(2) ?? {}
    const bounds = new Set(samples.flatMap(({ labels }) => labels['le'] ?? []))
    expect([...bounds]).toEqual(['0.0', '0.25', '1.0', '2.0', '10.0', '1e+21', '+Inf'])
  })

  test('is not disturbed by another at the same time that wants the other format', async () => {
    const wanted = Array.from({ length: 40 }, (_, index) => formats[index % 2] ?? 'prometheus')
    const scrapes = await Promise.all(wanted.map(format => scrape(controller, format)))
    const texts = (format: ExpositionFormat) =>
      new Set(scrapes.filter((_, at) => wanted[at] === format).map(({ text }) => text))
    expect([texts('openmetrics').size, texts('prometheus').size]).toEqual([1, 1])
    const [plain = ''] = texts('prometheus')
    expect(plain).toContain('# TYPE holdfast_controller_sessions_ended_total counter\n')
    expect(scrapes.filter(({ type }) => type === openMetricsType)).toHaveLength(20)
  })

  test('would be refused if it were not OpenMetrics', async () => {
    const { text: whole } = await scrape(controller, 'openmetrics')
    const broken = [
      whole.replace('# EOF\n', ''),
      whole.replace('\n# HELP', '\n\n# HELP'),
      whole.replace('# UNIT holdfast_backup_last_added_bytes bytes', '# UNIT holdfast_backup_last_added_bytes seconds'),
      whole.replace('# TYPE holdfast_controller_reconcile_errors ', '# TYPE holdfast_controller_sessions_ended '),
      (await scrape(controller, 'prometheus')).text,
    ]
    for (const each of broken) expect(() => parsed(each, 'openmetrics')).toThrow('refused')
  })
})

test('a real Prometheus takes both formats, and the same from both', async () => {
  const jobs = { openmetrics: 'OpenMetricsText1.0.0', prometheus: 'PrometheusText0.0.4' }
  const scrapeConfigs = Object.entries(jobs).flatMap(([name, protocol]) =>
    Object.entries({ controller, strange }).map(([role, { port }]) => ({
      job_name: `${role}-${name}`,
      scrape_protocols: [protocol],
      metrics_path: '/metrics',
      static_configs: [{ targets: [`127.0.0.1:${port}`], labels: { instance: role, format: name } }],
    })),
  )
  const configuration = stringify({ global: { scrape_interval: '1s' }, scrape_configs: scrapeConfigs })
  const prometheus = await PrometheusServer.run({ files: { 'prometheus.yml': configuration }, targets: 4 })
  try {
    const seen = async (format: ExpositionFormat) => {
      const samples = await prometheus.query(`{format="${format}", __name__=~"holdfast_.+", le=""}`)
      return samples
        .map(({ metric: { job: _, format: __, ...labels }, value }) => JSON.stringify([labels, value[1]]))
        .sort()
    }
    const open = await seen('openmetrics')
    expect(open.length).toBeGreaterThan(60)
    expect(open).toEqual(await seen('prometheus'))
    interface Metadata {
      readonly unit: string
      readonly type: string
    }
    // Prometheus text has no units: this shows that it was read as OpenMetrics.
    const units = async (format: ExpositionFormat) => {
      const target = encodeURIComponent(`{job="controller-${format}"}`)
      const metric = 'holdfast_backup_last_added_bytes'
      const found = await prometheus.get<readonly Metadata[]>(
        `targets/metadata?match_target=${target}&metric=${metric}`,
      )
      return found.map(({ unit, type }) => [unit, type])
    }
    expect(await units('openmetrics')).toEqual([['bytes', 'gauge']])
    expect(await units('prometheus')).toEqual([['', 'gauge']])
  } finally {
    await prometheus.stop()
  }
}, 120_000)
