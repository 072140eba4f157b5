import { randomBytes } from 'node:crypto'
import { apiVersion } from '../../lib/api/group.js'
import { kinds } from '../../lib/api/kinds.js'
import { builtInFunctions, builtInTasks } from '../../lib/built-ins.js'
import { toCustomResourceDefinition } from '../../lib/schema/crd.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { repositoryClaim } from './local-store.js'
import { nameOf, type PolicySet } from './policy-set.js'

/** Objects that a policy refers to and does not write: in a cluster they are there already. */
export interface Cast {
  readonly namespaces: readonly KubeObject[]
  readonly functions: readonly KubeObject[]
  readonly claims: readonly KubeObject[]
  readonly secrets: readonly KubeObject[]
  /** The generated password; every generated Secret has it. */
  readonly password: string
}

/** The CustomResourceDefinitions of Holdfast. */
export function definitions(): KubeObject[] {
  return kinds.map(kind => toCustomResourceDefinition(kind))
}

/** What has to be there before a policy’s own objects; nothing that the policy writes itself. */
export function castOf(set: PolicySet): Cast {
  const written = new Set(set.others.map(nameOf))
  const absent = (object: KubeObject) => !written.has(nameOf(object))
  const all = [...set.configurations, ...set.repositories, ...set.others]
  const namespaces = unique(all.flatMap(({ metadata }) => metadata.namespace ?? [])).filter(name => name !== 'default')
  const password = randomBytes(24).toString('base64url')
  return {
    namespaces: namespaces.map(name => core('Namespace', undefined, name)).filter(absent),
    functions: builtIns().filter(absent),
    claims: claimsOf(set).filter(absent),
    secrets: secretsOf(set)
      .map(secret => ({ ...secret, type: 'Opaque', stringData: { RESTIC_PASSWORD: password } }))
      .filter(absent),
    password,
  }
}

function builtIns(): KubeObject[] {
  const of = (kind: string, specs: Readonly<Record<string, unknown>>) =>
    Object.entries(specs).map(([name, spec]) => ({ apiVersion, kind, metadata: { name }, spec }))
  return [...of('Function', builtInFunctions), ...of('Task', builtInTasks)]
}

function claimsOf({ configurations, repositories }: PolicySet): KubeObject[] {
  const sources = configurations.map(({ metadata, spec }) => [metadata.namespace ?? '', spec.target.ref.name] as const)
  const stores = repositories.flatMap(({ metadata, spec }) => {
    const claim = repositoryClaim(spec.backend)
    return claim === undefined ? [] : [[metadata.namespace ?? '', claim] as const]
  })
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
  return byName(
    [...sources, ...stores].map(([namespace, name]) => ({ ...core('PersistentVolumeClaim', namespace, name), spec })),
  )
}

function secretsOf({ configurations, repositories }: PolicySet): KubeObject[] {
  const ofStores = repositories.map(({ metadata, spec }) =>
    core('Secret', metadata.namespace, spec.backend.storageSecretName),
  )
  const ofUsers = configurations.flatMap(({ metadata, spec }) =>
    spec.repository.secretName === undefined ? [] : [core('Secret', metadata.namespace, spec.repository.secretName)],
  )
  return byName([...ofStores, ...ofUsers])
}

function core(kind: string, namespace: string | undefined, name: string): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } }
}

const unique = (names: readonly string[]) => [...new Set(names)]
const byName = (objects: readonly KubeObject[]) => [
  ...new Map(objects.map(object => [nameOf(object), object])).values(),
]
