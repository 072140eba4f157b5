import { mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { argoApplications } from '../../cli/bootstrap/argocd.js'
import { readLayout } from '../../cli/bootstrap/layout.js'
import { sourceOf } from '../../cli/bootstrap/source.js'
import { apiGroup } from '../../lib/api/group.js'
import { argoHealthSettings } from '../../lib/gitops/argocd-health.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { type ChildServer, freePort } from '../behaviour/child-server.js'
import { eventually } from '../behaviour/eventually.js'
import { type Cluster, nameOf } from './cluster.js'
import type { GitRepository } from './git-repository.js'
import type { Layout } from './layouts.js'
import type { Programs } from './programs.js'
import { stageOf } from './proofs.js'
import type { Proof, Tool } from './tool.js'

const namespace = 'argocd'
const applications = 'applications.argoproj.io'
const refresh = 'argocd.argoproj.io/refresh'
const local = '127.0.0.1'

interface Resource {
  readonly kind: string
  readonly group?: string
  readonly namespace?: string
  readonly name: string
  readonly status?: string
  readonly health?: { readonly status?: string; readonly message?: string }
  readonly requiresPruning?: boolean
}

interface Application extends KubeObject {
  readonly status?: {
    readonly sync?: { readonly status: string; readonly revision?: string; readonly revisions?: readonly string[] }
    readonly health?: { readonly status: string }
    readonly reconciledAt?: string
    readonly operationState?: { readonly phase: string; readonly message?: string; readonly retryCount?: number }
    readonly history?: readonly object[]
    readonly resources?: readonly Resource[]
    readonly conditions?: readonly { readonly type: string; readonly message: string }[]
  }
}

/** argocd-application-controller and argocd-repo-server, with the Redis they need. */
export class ArgoCd implements Tool {
  readonly name = 'Argo CD'
  readonly #cluster: Cluster
  readonly #programs: Programs
  readonly #folder: string
  #children: ChildServer[] = []
  #objects: KubeObject[] = []

  constructor(cluster: Cluster, programs: Programs, folder: string) {
    this.#cluster = cluster
    this.#programs = programs
    this.#folder = folder
  }

  async start(): Promise<void> {
    await this.#cluster.apply(installation)
    for (const file of this.#programs.definitions('argocd')) await this.#cluster.define(file)
    await this.#cluster.apply([project])
    const patch = JSON.stringify({ data: argoHealthSettings() })
    await this.#cluster.kubectl(['patch', 'configmap', 'argocd-cm', '-n', namespace, '--type=merge', '-p', patch])
    const [redis, repo, metrics, own] = [
      await freePort(local),
      await freePort(local),
      await freePort(local),
      await freePort(local),
    ]
    const env = this.#environment()
    const serve = async (name: string, port: number, ...args: string[]) => {
      this.#children.push(await this.#programs.serve(name, port, args, env))
    }
    await serve('redis', redis, `--address=${local}:${redis}`)
    const cache = `--redis=${local}:${redis}`
    const listening = [
      `--address=${local}`,
      `--port=${repo}`,
      `--metrics-address=${local}`,
      `--metrics-port=${metrics}`,
    ]
    await serve('argocd-repo-server', repo, cache, ...listening)
    const peers = [`--repo-server=${local}:${repo}`, `--namespace=${namespace}`]
    const settings = ['--persist-resource-health', `--metrics-port=${own}`]
    await serve('argocd-application-controller', own, cache, ...peers, ...settings)
  }

  async handOver(repository: GitRepository): Promise<void> {
    const layout = readLayout(`${repository.folder}/dist`, 'holdfast')
    const options = { name: 'holdfast', namespace, project: 'default', destination: '' }
    this.#objects = argoApplications(layout, sourceOf(repository.url, 'HEAD', 'dist'), options) as KubeObject[]
    await this.#cluster.apply(this.#objects)
  }

  async settled(repository: GitRepository): Promise<void> {
    const unready = async () => (await this.#applications()).filter(each => !isSettled(each, repository.head))
    await eventually(
      async () => ((await unready()).length === 0 ? true : undefined),
      400,
      async () => `${(await unready()).map(said).join('\n')}\n${this.#children.at(-1)?.output}`,
    )
  }

  async complaints(): Promise<string[]> {
    return (await this.#applications()).flatMap(each => {
      const { conditions = [], history = [] } = each.status ?? {}
      const syncs = history.length === 1 ? [] : [`${nameOf(each)}: ${history.length} syncs`]
      return [...syncs, ...conditions.map(({ type, message }) => `${nameOf(each)}: ${type}: ${message}`)]
    })
  }

  async again(repository: GitRepository): Promise<void> {
    await this.#cluster.kubectl(['annotate', '--overwrite', '-n', namespace, applications, '--all', `${refresh}=hard`])
    const pending = async () => {
      return (await this.#applications()).filter(({ metadata }) => metadata.annotations?.[refresh] !== undefined)
    }
    const seen = async () => ((await pending()).length === 0 ? true : undefined)
    await eventually(seen, 180, async () => (await pending()).map(said).join('\n'))
    await this.settled(repository)
  }

  async unsettled(): Promise<string[]> {
    return (await this.#applications()).flatMap(each => [
      ...(each.status?.sync?.status === 'Synced' && each.status.health?.status === 'Healthy' ? [] : [said(each)]),
      ...(each.status?.resources ?? []).filter(({ status }) => status !== 'Synced').map(nameOfResource),
    ])
  }

  async kept(): Promise<string[]> {
    return (await this.#applications()).flatMap(({ status }) => (status?.resources ?? []).map(nameOfResource))
  }

  stageOf(object: KubeObject, { name }: Layout): number | undefined {
    // Applications of their own know no order among each other.
    if (name === 'a folder per namespace' && stageOf(object) === 2) return undefined
    return Number(object.metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0)
  }

  async *ownProofs(repository: GitRepository, objects: readonly KubeObject[]): AsyncIterable<Proof> {
    const option = 'argocd.argoproj.io/compare-options=ServerSideDiff=true'
    await this.#cluster.kubectl(['annotate', '-n', namespace, applications, '--all', option])
    await this.again(repository)
    const wrong = [...(await this.unsettled()), ...(await this.complaints())]
    yield { promise: 'no difference by a server-side diff', objects: objects.length, wrong }
    const resources = (await this.#applications()).flatMap(({ status }) => status?.resources ?? [])
    const own = resources.filter(each => each.group === apiGroup && !['Function', 'Task'].includes(each.kind))
    const silent = own.filter(({ health }) => health?.status !== 'Healthy' || !health.message)
    const promise = 'health is what the conditions say'
    yield { promise, objects: own.length, wrong: silent.map(each => `${nameOfResource(each)}: ${each.health?.status}`) }
  }

  async letGo(): Promise<void> {
    await this.#cluster.delete(this.#objects)
    this.#objects = []
  }

  async stop(): Promise<void> {
    await this.letGo()
    for (const child of this.#children.reverse()) await child.stop()
    const files = this.#programs.definitions('argocd').flatMap(file => ['-f', file])
    await this.#cluster.kubectl(['delete', '--ignore-not-found', ...files])
    await this.#cluster.kubectl(['delete', 'namespace', namespace, '--ignore-not-found'])
  }

  #environment(): NodeJS.ProcessEnv {
    const made = ['tmp', 'tls', 'ssh', 'gpg', 'plugins'].map(name => join(this.#folder, name))
    for (const each of made) mkdirSync(each, { recursive: true })
    const [tmp, tls, ssh, gpg, plugins] = made
    const config = join(this.#folder, 'gitconfig')
    // The repository belongs to whoever started this.
    writeFileSync(config, '[safe]\n\tdirectory = *\n')
    return {
      ...process.env,
      PATH: `${dirname(this.#programs.path('kustomize'))}${delimiter}${process.env['PATH']}`,
      GIT_CONFIG_GLOBAL: config,
      // To it, the cluster of KUBECONFIG is the one that it runs in.
      ARGOCD_FAKE_IN_CLUSTER: 'true',
      ARGOCD_GPG_ENABLED: 'false',
      ARGOCD_TLS_DATA_PATH: tls,
      ARGOCD_SSH_DATA_PATH: ssh,
      ARGOCD_GPG_DATA_PATH: gpg,
      ARGOCD_PLUGINSOCKFILEPATH: plugins,
      HOSTNAME: 'argocd-application-controller-0',
      TMPDIR: tmp,
    }
  }

  async #applications(): Promise<Application[]> {
    return (await this.#cluster.list(applications, '-n', namespace)) as Application[]
  }
}

const partOf = { 'app.kubernetes.io/part-of': 'argocd' }
/** What Argo CD's own installation makes, as far as these two programs read it. */
const installation = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'argocd-cm', namespace, labels: partOf } },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'argocd-secret', namespace, labels: partOf },
    stringData: { 'server.secretkey': 'of no use here' },
  },
]
const project = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AppProject',
  metadata: { name: 'default', namespace },
  spec: {
    sourceRepos: ['*'],
    destinations: [{ server: '*', namespace: '*' }],
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
  },
}

const nameOfResource = ({ kind, namespace: place, name }: Resource) =>
  place === undefined || place === '' ? `${kind}/${name}` : `${kind}/${place}/${name}`

function isSettled({ status }: Application, revision: string): boolean {
  const { sync, health, operationState } = status ?? {}
  const revisions = sync?.revisions ?? [sync?.revision]
  const current = revisions.every(each => each === revision)
  const done = operationState?.phase === 'Succeeded'
  // A paused policy suspends its Application: it is meant to.
  const well = ['Healthy', 'Suspended'].includes(health?.status ?? '')
  return current && done && sync?.status === 'Synced' && well
}

function said(each: Application): string {
  const { sync, health, operationState, resources = [], conditions = [] } = each.status ?? {}
  const ill = resources.filter(({ health: own, status }) => status !== 'Synced' || (own && own.status !== 'Healthy'))
  const states = ill.map(
    one => `  ${nameOfResource(one)}: ${one.status}, ${one.health?.status}: ${one.health?.message}`,
  )
  const complaints = conditions.map(({ type, message }) => `  ${type}: ${message}`)
  const state = `${sync?.status}, ${health?.status}, ${operationState?.phase}: ${operationState?.message}`
  return [`${nameOf(each)}: ${state}`, ...states, ...complaints].join('\n')
}
