import { App, Chart } from 'cdk8s'
import {
  Backend,
  Holdfast,
  imageContext,
  Repository,
  Retention,
  Schedule,
  VolumeBackup,
} from '../../constructs/index.js'
import type { BackupConfigurationSpec } from '../../lib/api/backup-configuration.js'
import type { RepositorySpec } from '../../lib/api/repository.js'
import { builtInFunctions, builtInTasks } from '../../lib/built-ins.js'
import { canonicalJson } from '../../lib/digest.js'
import { triggerName } from '../../lib/names.js'
import { resolve } from '../../lib/resolver.js'
import type { KubeObject } from '../../runtime/kube/object.js'

export const image = 'holdfast.dev/holdfast:bench'
const task = 'pvc-backup'
const functions = Object.fromEntries(
  (builtInTasks[task]?.steps ?? []).flatMap(({ name }) => {
    const found = builtInFunctions[name]
    return found === undefined ? [] : [[name, found]]
  }),
)

/**
 * Where the configurations lie: `spread` has ten to a namespace, with a Repository of their own; `shared` has all of
 * them in one namespace on one Repository, which lets a thousand sessions run at once.
 */
export type Layout = 'spread' | 'shared'

/** A configuration of the fleet, and the Repository it uses. */
export interface Member {
  readonly namespace: string
  readonly name: string
}

const perNamespace = 10

/** The configurations in an order in which neighbours use different Repositories, as far as there are several. */
export function members(count: number, layout: Layout): Member[] {
  const namespaces = layout === 'shared' ? 1 : Math.ceil(count / perNamespace)
  return Array.from({ length: count }, (_, index) => ({
    namespace: `team-${index % namespaces}`,
    name: `volume-${Math.floor(index / namespaces)}`,
  }))
}

/** What a cluster needs once: definitions, Functions and Tasks; and the container of the controller. */
export function system(): { objects: KubeObject[]; container: { image: string; command: string[]; args: string[] } } {
  const objects = compile(undefined, chart => {
    new Holdfast(chart, 'holdfast', { pushgateway: { url: '' } })
  })
  const deployment = objects.find(({ kind }) => kind === 'Deployment') as DeploymentObject | undefined
  const container = deployment?.spec.template.spec.containers[0]
  if (container === undefined) throw new Error('the system has no Deployment of a controller')
  const wanted = ['CustomResourceDefinition', 'Namespace', 'Function', 'Task']
  return { objects: objects.filter(({ kind }) => wanted.includes(kind)), container }
}

interface DeploymentObject extends KubeObject {
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: { image: string; command: string[]; args: string[] }[] }
    }
  }
}

/** What belongs to one namespace: itself, the Secret and the Repository. */
export function namespaceObjects(namespace: string, layout: Layout): KubeObject[] {
  return compile(namespace, chart => {
    repositoryOf(chart, namespace, layout)
  }).concat({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', namespace } })
}

/** One policy as the compiler writes it, all names replaced by those of the member; quicker than compiling each. */
export class PolicyTemplate {
  readonly #objects: KubeObject[]
  readonly #repository: RepositorySpec
  readonly #namespace: string

  constructor(namespace: string, layout: Layout) {
    this.#namespace = namespace
    this.#objects = compile(namespace, chart => {
      new VolumeBackup(chart, 'sample', {
        claim: 'sample',
        repository: repositoryOf(chart, namespace, layout),
        schedule: Schedule.cron('0 3 1 1 *'),
        retention: Retention.keep({ daily: 7, weekly: 4, monthly: 12 }),
      })
    })
    this.#repository = this.#objects.find(({ kind }) => kind === 'Repository')?.['spec'] as RepositorySpec
    const [compiled] = this.#objects.filter(({ kind }) => kind === 'BackupConfiguration')
    const own = this.#configuration(compiled, { namespace, name: 'sample' })
    if (canonicalJson(own['spec']) !== canonicalJson(compiled?.['spec']))
      throw new Error('the policies of the fleet are not what the compiler writes')
  }

  /** Configuration, CronJob and claim of one member. */
  of(member: Member): KubeObject[] {
    const { name, namespace } = member
    const kinds = (kind: string) => this.#objects.find(each => each.kind === kind)
    const cronJob = structuredClone(kinds('CronJob'))
    if (cronJob === undefined) throw new Error('a policy has a CronJob')
    return [
      claim(member),
      this.#configuration(kinds('BackupConfiguration'), member),
      { ...cronJob, metadata: { ...cronJob.metadata, name: triggerName(name), namespace } },
    ]
  }

  #configuration(sample: KubeObject | undefined, { name, namespace }: Member): KubeObject {
    const { jobTemplate: _, ...rest } = (sample?.['spec'] ?? {}) as BackupConfigurationSpec
    const spec = { ...rest, target: { ...rest.target, ref: { ...rest.target.ref, name } } }
    const repository = { name: 'store', namespace, spec: this.#repository }
    const resolution = resolve(
      { kind: 'BackupConfiguration', namespace, name, spec, repository, image },
      { name: task, spec: builtInTasks[task] ?? { steps: [] }, functions },
    )
    if (!resolution.ok) throw new Error(JSON.stringify(resolution.problems))
    const metadata = { ...sample?.metadata, name, namespace }
    return {
      apiVersion: 'holdfast.dev/v1alpha1',
      kind: 'BackupConfiguration',
      metadata,
      spec: { ...spec, jobTemplate: resolution.template },
    }
  }

  /** Namespaces differ in the Repository's store alone. */
  get namespace(): string {
    return this.#namespace
  }
}

function claim({ name, namespace }: Member): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName: 'standard',
      volumeName: `pv-${namespace}-${name}`,
    },
    status: { phase: 'Bound', accessModes: ['ReadWriteOnce'] },
  }
}

function repositoryOf(chart: Chart, namespace: string, layout: Layout): Repository {
  return new Repository(chart, 'store', {
    backend: Backend.s3({ endpoint: 'https://s3.example.com', bucket: namespace, secretName: 'keys' }),
    // A run of seconds measures sessions; the maintenance that would follow each of them is a day away.
    maintenance: { forget: { interval: '24h' } },
    maxConcurrentSessions: layout === 'shared' ? 1000 : 20,
  })
}

function compile(namespace: string | undefined, build: (chart: Chart) => void): KubeObject[] {
  const app = new App()
  app.node.setContext(imageContext, image)
  const chart = new Chart(app, 'chart', namespace === undefined ? {} : { namespace })
  build(chart)
  app.synthYaml()
  return chart.toJson()
}
