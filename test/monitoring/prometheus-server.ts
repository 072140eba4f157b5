import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { controllerTarget, pushgatewayTarget, scrapeConfigs } from '../../lib/monitoring/scrape-config.js'
import { toolPath } from '../../scripts/tools.mjs'
import { freePort } from '../behaviour/child-server.js'
import { eventually } from '../behaviour/eventually.js'

/** A sample of an instant query. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [time: number, value: string]
}

/** An alert as Prometheus holds it. */
export interface ActiveAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly state: 'pending' | 'firing'
}

/** Texts that are scraped. */
export type Sources = Readonly<Record<'controller' | 'pushgateway', () => Promise<string>>>

/** What a Prometheus is started with. */
export interface PrometheusFiles {
  /** Files of its folder by their names; `prometheus.yml` is what it reads. */
  readonly files: Readonly<Record<string, string>>
  /** How many targets must answer before it is of use. */
  readonly targets: number
  /** Arguments beside those that say where it is. */
  readonly more?: readonly string[]
  /** A folder that is filled already and stays; one of its own by default. */
  readonly folder?: string
}

/** A real Prometheus in a process of its own. */
export class PrometheusServer {
  readonly url: string
  readonly #child: ChildProcess
  readonly #cleanUp: () => Promise<void>

  private constructor(url: string, child: ChildProcess, cleanUp: () => Promise<void>) {
    this.url = url
    this.#child = child
    this.#cleanUp = cleanUp
  }

  /**
   * One that asks these sources once a second, and evaluates these rules as often. Labels are honoured, and series chosen,
   * as the product’s own jobs do it.
   */
  static async start(sources: Sources, rules: string): Promise<PrometheusServer> {
    const front = createServer((request, response) => {
      Promise.resolve(sources[request.url === '/controller' ? 'controller' : 'pushgateway']()).then(
        text => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text),
        (error: unknown) => response.writeHead(500).end(String(error)),
      )
    })
    await new Promise<void>(done => front.listen(0, '127.0.0.1', done))
    const target = `127.0.0.1:${(front.address() as AddressInfo).port}`
    const files = { 'holdfast.rules.yaml': rules, 'prometheus.yml': stringify(configuration(target)) }
    return PrometheusServer.run({ files, targets: Object.keys(sources).length }, () => closed(front))
  }

  /** One with a configuration of the caller’s. What was made for it, and only for it, is cleaned up at its end. */
  static async run(
    { files, targets, more = [], folder: given }: PrometheusFiles,
    cleanUp: () => Promise<void> = async () => {},
  ): Promise<PrometheusServer> {
    const folder = given ?? mkdtempSync(join(tmpdir(), 'holdfast-prometheus-'))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    const address = `127.0.0.1:${await freePort('127.0.0.1')}`
    const args = [
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=data',
      `--web.listen-address=${address}`,
      ...more,
    ]
    const child = spawn(toolPath('prometheus'), args, { cwd: folder, stdio: 'ignore' })
    const server = new PrometheusServer(`http://${address}`, child, async () => {
      await cleanUp()
      if (given === undefined) rmSync(folder, { recursive: true, force: true })
    })
    try {
      await server.#allUp(targets)
    } catch (error) {
      await server.stop()
      throw error
    }
    return server
  }

  async query(expr: string): Promise<readonly Sample[]> {
    const { result } = await this.get<{ result: readonly Sample[] }>(`query?query=${encodeURIComponent(expr)}`)
    return result
  }

  async alerts(): Promise<readonly ActiveAlert[]> {
    return (await this.get<{ alerts: readonly ActiveAlert[] }>('alerts')).alerts
  }

  /** What went wrong with a rule at its last evaluation, by the name of its alert; undefined before the first. */
  async ruleHealth(): Promise<Readonly<Record<string, string>> | undefined> {
    interface Rule {
      readonly name: string
      readonly health: string
      readonly lastError?: string
    }
    const { groups } = await this.get<{ groups: readonly { rules: readonly Rule[] }[] }>('rules')
    const rules = groups.flatMap(group => group.rules)
    if (rules.some(rule => rule.health === 'unknown')) return undefined
    return Object.fromEntries(
      rules.map(({ name, health, lastError = '' }) => [name, lastError === '' ? health : lastError]),
    )
  }

  async stop(): Promise<void> {
    const gone = new Promise<void>(done => this.#child.once('close', () => done()))
    if (this.#child.kill()) await gone
    await this.#cleanUp()
  }

  /** What its own API answers to a path below `/api/v1/`. */
  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}`)
    const answer = (await response.json()) as { readonly status: string; readonly error?: string; readonly data: T }
    if (answer.status !== 'success')
      throw new Error(`Prometheus, asked for ${decodeURIComponent(path)}: ${answer.error}`)
    return answer.data
  }

  async #allUp(count: number): Promise<void> {
    // An answer to a question is also what says that it has started.
    const up = async () => (await this.query('up == 1').catch(() => undefined))?.length
    await eventually(
      async () => ((await up()) === count ? true : undefined),
      60,
      () => 'Prometheus does not see its targets',
    )
  }
}

async function closed(front: Server): Promise<void> {
  front.closeAllConnections()
  await new Promise<void>(done => front.close(() => done()))
}

function configuration(target: string) {
  return {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['holdfast.rules.yaml'],
    scrape_configs: scrapeConfigs('holdfast-system', [controllerTarget, pushgatewayTarget], '1s')
      .map(each => ({ ...each, job_name: each.job_name.replace('holdfast-', '') }))
      .map(({ kubernetes_sd_configs: _, relabel_configs: __, ...job }) => ({
        ...job,
        metrics_path: `/${job.job_name}`,
        // As the operator does it: the pod’s own namespace, which must not hide the one that a series speaks of.
        static_configs: [{ targets: [target], labels: { namespace: 'holdfast-system', pod: `${job.job_name}-0` } }],
      })),
  }
}
