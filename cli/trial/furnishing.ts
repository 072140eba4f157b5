import type { KubeObject } from '../../runtime/kube/object.js'
import type { Terminal } from '../display/terminal.js'
import { castOf, definitions } from './cast.js'
import { nameOf, type PolicySet } from './policy-set.js'
import { writeSampleFiles } from './sample-files.js'
import { sampleFolder } from './sample-folder.js'
import { claimFolder, create, type Stage } from './stage.js'
import type { Source } from './trial.js'

/** What the trial works with. */
export interface Furnishing {
  readonly sources: readonly Source[]
  /** Password of the generated Secrets. */
  readonly password: string
}

/** Applies Holdfast’s own objects, then what the policy takes for granted, then the policy; fills its volumes. */
export async function furnish(stage: Stage, set: PolicySet, terminal: Terminal): Promise<Furnishing> {
  const cast = castOf(set)
  const isFirst = ({ kind }: KubeObject) =>
    kind === 'Namespace' || kind === 'PersistentVolumeClaim' || kind === 'Secret'
  await create(stage.client, definitions())
  await create(stage.client, [...cast.namespaces, ...set.others.filter(isFirst)])
  await create(stage.client, [...cast.functions, ...cast.secrets, ...cast.claims])
  const pods =
    stage.sandbox.mode === 'namespaces'
      ? 'pods in namespaces of the Linux kernel'
      : 'pods as plain processes, their mount paths rewritten'
  terminal.done('Kubernetes API, scheduler and one node', pods)
  terminal.done('Holdfast’s controller and definitions; a Pushgateway', stage.receiver.what)
  for (const secret of cast.secrets) terminal.done(nameOf(secret), 'with a generated RESTIC_PASSWORD')
  const sources = await fill(stage, set, terminal)
  await create(
    stage.client,
    set.others.filter(object => !isFirst(object)),
  )
  await create(stage.client, [...set.repositories, ...set.configurations])
  for (const image of stage.foreignImages)
    terminal.note(`image ${image}: its commands run with the programs of this machine`)
  return { sources, password: cast.password }
}

async function fill(stage: Stage, set: PolicySet, terminal: Terminal): Promise<Source[]> {
  const sources: Source[] = []
  for (const configuration of set.configurations) {
    const { namespace = '' } = configuration.metadata
    const claim = configuration.spec.target.ref.name
    const folder = sampleFolder(await claimFolder(stage, namespace, claim), configuration)
    const files = writeSampleFiles(folder, configuration.spec.readAs)
    sources.push({ configuration, folder })
    terminal.done(`PersistentVolumeClaim ${namespace}/${claim}`, `${files} example files`)
  }
  return sources
}
