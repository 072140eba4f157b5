import { apiGroup } from '../api/group.js'
import { namespaceOf } from '../fleet/claim.js'
import type { Fleet } from '../fleet/fleet.js'
import { fieldAt, groupOf, textOf } from '../fleet/manifest.js'
import type { SourcePosition } from '../problem.js'
import { enumeration } from './amount.js'
import { type Change, positionsOf } from './change.js'
import type { Comparison } from './comparison.js'
import { type Difference, detail, detailsOf, differencesIn } from './difference.js'
import type { PolicyPair } from './policy-pair.js'

/** Who uses a store’s keys in one namespace. */
interface Use {
  readonly user: string
  readonly secret: string
  readonly position: SourcePosition
  /** In the Repository’s own namespace, where its keys are at home. */
  readonly home: boolean
}

/** Where the keys of stores go: namespaces that had none, and Secrets that are others. */
export function credentialChanges(comparison: Comparison): Change[] {
  return [...spreads(comparison), ...comparison.policies.pairs.flatMap(secretChanges)]
}

function spreads({ before, after }: Comparison): Change[] {
  const old = usesOf(before)
  return [...usesOf(after)].flatMap(([store, namespaces]) => {
    const known = old.get(store)
    return [...namespaces].flatMap(([namespace, uses]): Change[] => {
      const [first] = uses
      if (first === undefined || known?.has(namespace) === true) return []
      // A new store has no secrets to lose yet, and its own namespace must have the keys.
      if (known === undefined && uses.some(use => use.home)) return []
      const users = enumeration([...new Set(uses.map(use => use.user))])
      const secrets = enumeration([...new Set(uses.map(use => `${namespace}/${use.secret}`))])
      return [
        {
          ...{ severity: known === undefined ? 'warning' : 'danger', kind: 'credentials-spread' },
          subject: `namespace ${namespace}`,
          sentence: `The keys of ${store} reach namespace ${namespace} for the first time, as Secret ${secrets}, for ${users}. Whoever reads that Secret can read and delete every snapshot of the store.`,
          details: [
            detail(
              'namespaces with the keys',
              known === undefined ? undefined : enumeration([...known.keys()], 20),
              undefined,
            ),
            detail('new namespace', undefined, namespace),
          ],
          positions: { after: first.position },
          advice: 'Give the namespace a Repository of its own, with a store or prefix and keys that open nothing else.',
        },
      ]
    })
  })
}

/** By store and namespace, who uses the store’s keys there. */
function usesOf({ policies, repositories, manifests }: Fleet): Map<string, Map<string, Use[]>> {
  const uses = new Map<string, Map<string, Use[]>>()
  const add = (store: string, namespace: string, use: Use) => {
    const namespaces = uses.get(store) ?? new Map<string, Use[]>()
    const others = namespaces.get(namespace)
    if (others === undefined) namespaces.set(namespace, [use])
    else others.push(use)
    uses.set(store, namespaces)
  }
  const byKey = new Map(repositories.map(each => [`${each.namespace}/${each.name}`, each]))
  for (const { namespace, name, position, spec, store } of repositories) {
    const secret = spec.backend.storageSecretName
    add(store, namespace, { user: `repository ${namespace}/${name}`, secret, position, home: true })
  }
  for (const { namespace, name, position, spec, repository } of policies) {
    if (repository === undefined) continue
    const secret = spec.repository.secretName ?? repository.spec.backend.storageSecretName
    const home = repository.namespace === namespace
    add(repository.store, namespace, { user: `policy ${namespace}/${name}`, secret, position, home })
  }
  for (const { object, position } of manifests) {
    if (object.kind !== 'RestoreSession' || groupOf(object) !== apiGroup) continue
    const namespace = namespaceOf(object)
    const reference = fieldAt(object, 'spec', 'repository')
    const home = textOf(fieldAt(reference, 'namespace')) ?? namespace
    const repository = byKey.get(`${home}/${textOf(fieldAt(reference, 'name')) ?? ''}`)
    if (repository === undefined) continue
    const secret = textOf(fieldAt(reference, 'secretName')) ?? repository.spec.backend.storageSecretName
    const user = `restore ${namespace}/${object.metadata.name}`
    add(repository.store, namespace, { user, secret, position, home: home === namespace })
  }
  return uses
}

function secretChanges({ before, after, subject, differences }: PolicyPair): Change[] {
  const own = differencesIn(differences, 'spec.repository.secretName')
  const settings = differencesIn(differences, 'spec.runtimeSettings').filter(namesSecret)
  const common = { severity: 'warning', kind: 'credentials-changed', subject } as const
  const positions = positionsOf(before, after)
  const changes: Change[] = []
  if (own.length > 0) {
    const secret = (of: typeof before) =>
      of.spec.repository.secretName ?? of.repository?.spec.backend.storageSecretName ?? 'the Repository’s own'
    const sentence = `The keys of the store come from Secret ${after.namespace}/${secret(after)} instead of ${before.namespace}/${secret(before)}.`
    changes.push({ ...common, sentence, details: detailsOf(own), positions })
  }
  if (settings.length > 0) {
    const sentence = 'Further Secrets reach the containers of the Job as variables.'
    changes.push({ ...common, sentence, details: detailsOf(settings), positions })
  }
  return changes
}

const namesSecret = ({ path, after }: Difference) => /secret(Key)?Ref/.test(`${path} ${JSON.stringify(after) ?? ''}`)
