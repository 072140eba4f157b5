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

/**
 * A real Prometheus that asks these sources once a second, and evaluates these rules as often. Labels are honoured, and
 * series chosen, as the product’s own jobs do it.
 */
export class PrometheusServer {
  readonly #folder: string
  readonly #front: Server
  readonly #child: ChildProcess
  readonly #url: string

  private constructor(folder: string, front: Server, child: ChildProcess, url: string) {
    this.#folder = folder
    this.#front = front
    this.#child = child
    this.#url = url
  }

  static async start(sources: Sources, rules: string): Promise<PrometheusServer> {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-prometheus-'))
    const front = createServer((request, response) => {
      Promise.resolve(sources[request.url === '/controller' ? 'controller' : 'pushgateway']()).then(
        text => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text),
        (error: unknown) => response.writeHead(500).end(String(error)),
      )
    })
    await new Promise<void>(done => front.listen(0, '127.0.0.1', done))
    const target = `127.0.0.1:${(front.address() as AddressInfo).port}`
    writeFileSync(join(folder, 'holdfast.rules.yaml'), rules)
    writeFileSync(join(folder, 'prometheus.yml'), stringify(configuration(target)))
    const address = `127.0.0.1:${await freePort('127.0.0.1')}`
    const args = ['--config.file=prometheus.yml', '--storage.tsdb.path=data', `--web.listen-address=${address}`]
    const child = spawn(toolPath('prometheus'), args, { cwd: folder, stdio: 'ignore' })
    const server = new PrometheusServer(folder, front, child, `http://${address}`)
    try {
      await server.#allUp(Object.keys(sources).length)
    } catch (error) {
      await server.stop()
      throw error
    }
    return server
  }

  async query(expr: string): Promise<readonly Sample[]> {
    const { result } = await this.#get<{ result: readonly Sample[] }>(`query?query=${encodeURIComponent(expr)}`)
    return result
  }

  async alerts(): Promise<readonly ActiveAlert[]> {
    return (await this.#get<{ alerts: readonly ActiveAlert[] }>('alerts')).alerts
  }

  /** What went wrong with a rule at its last evaluation, by the name of its alert; undefined before the first. */
  async ruleHealth(): Promise<Readonly<Record<string, string>> | undefined> {
    interface Rule {
      readonly name: string
      readonly health: string
      readonly lastError?: string
    }
    const { groups } = await this.#get<{ groups: readonly { rules: readonly Rule[] }[] }>('rules')
    const rules = groups.flatMap(group => group.rules)
    if (rules.some(rule => rule.health === 'unknown')) return undefined
    return Object.fromEntries(
      rules.map(({ name, health, lastError = '' }) => [name, lastError === '' ? health : lastError]),
    )
  }

  async stop(): Promise<void> {
    const gone = new Promise<void>(done => this.#child.once('close', () => done()))
    if (this.#child.kill()) await gone
    this.#front.closeAllConnections()
    await new Promise<void>(done => this.#front.close(() => done()))
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#url}/api/v1/${path}`)
    const answer = (await response.json()) as { readonly status: string; readonly error?: string; readonly data: T }
    if (answer.status !== 'success')
      throw new Error(`Prometheus, asked for ${decodeURIComponent(path)}: ${answer.error}`)
    return answer.data
  }

  async #allUp(count: number): Promise<void> {
    await eventually(
      async () => ((await this.query('up == 1').catch(() => [])).length === count ? true : undefined),
      60,
      () => 'Prometheus does not see its targets',
    )
  }
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
