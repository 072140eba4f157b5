import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { root } from '../../scripts/tools.mjs'
import { type ChildServer, freePort } from '../behaviour/child-server.js'
import type { Cluster } from './cluster.js'
import type { Pod } from './played-kubelet.js'
import type { Programs } from './programs.js'

interface Config {
  readonly users: readonly { readonly name: string; readonly user: object }[]
}

/** Holdfast’s controller: a process that runs as long as the pod of its Deployment, with that pod’s ServiceAccount. */
export class HoldfastProgram {
  readonly #cluster: Cluster
  readonly #programs: Programs
  readonly #folder: string
  #uid = ''
  #port = 0
  #process: ChildServer | undefined

  constructor(cluster: Cluster, programs: Programs, folder: string) {
    this.#cluster = cluster
    this.#programs = programs
    this.#folder = folder
  }

  /** Whether the program of a pod is up; the controller is started for the pod that asks first. */
  async isReady(pod: Pod): Promise<boolean> {
    if (pod.metadata.labels?.['app.kubernetes.io/component'] !== 'controller') return true
    const { uid = '', namespace = '' } = pod.metadata
    if (this.#uid === '') {
      this.#uid = uid
      await this.#start(namespace, pod.spec.containers[0]?.image ?? '')
    }
    if (this.#process?.hasEnded) throw new Error(`the controller ended:\n${this.#process.output}`)
    const answer = await fetch(`http://127.0.0.1:${this.#port}/readyz`).catch(() => undefined)
    return answer?.ok === true
  }

  get output(): string {
    return this.#process?.output ?? ''
  }

  async stop(): Promise<void> {
    await this.#process?.stop()
    this.#process = undefined
    this.#uid = ''
  }

  async #start(namespace: string, image: string): Promise<void> {
    const token = (await this.#cluster.kubectl(['create', 'token', 'holdfast-controller', '-n', namespace])).trim()
    const config = parse(await this.#cluster.kubectl(['config', 'view', '--minify', '--flatten'])) as Config
    const users = config.users.map(({ name }) => ({ name, user: { token } }))
    const file = join(this.#folder, 'holdfast.kubeconfig')
    writeFileSync(file, JSON.stringify({ ...config, users }), { mode: 0o600 })
    this.#port = await freePort('127.0.0.1')
    const args = [`--image=${image}`, `--namespace=${namespace}`, '--cluster-name=demo', `--metrics-port=${this.#port}`]
    const env = { PATH: process.env['PATH'], HOME: '/nonexistent', KUBECONFIG: file }
    this.#process = this.#programs.start(process.execPath, [join(root, 'build/bundle/controller.cjs'), ...args], env)
  }
}
