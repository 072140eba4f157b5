import { selects } from '../../lib/label-selection.js'
import type { Reason } from '../../lib/reason.js'
import { isAllowedFolder, refusedFolder } from '../../lib/repository-volume.js'
import type { KubeClient } from '../kube/client.js'
import { NAMESPACES } from '../kube/resource.js'
import type { RepositoryObject } from './objects.js'
import type { Settings } from './settings.js'

type Labels = Readonly<Record<string, string>>

/** Whether a Repository lets a namespace with these labels use it: always its own, others by `usagePolicy`. */
export function allowsNamespace({ metadata, spec }: RepositoryObject, namespace: string, labels: Labels): boolean {
  if (metadata.namespace === namespace) return true
  const { from, selector } = spec.usagePolicy?.allowedNamespaces ?? {}
  return from === 'All' || (from === 'Selector' && selector !== undefined && selects(selector, labels))
}

/** The same before anybody has read the labels: where they decide, the answer is yes. */
export const mayAllowNamespace = (repository: RepositoryObject, namespace: string): boolean =>
  asksForLabels(repository, namespace) || allowsNamespace(repository, namespace, {})

/** Whether only the labels of a namespace tell if it may use the Repository. */
export const asksForLabels = ({ metadata, spec }: RepositoryObject, namespace: string): boolean =>
  metadata.namespace !== namespace && spec.usagePolicy?.allowedNamespaces.from === 'Selector'

/** Labels of a namespace as the API server has them at this moment; none when it is gone. */
export async function labelsOf(namespace: string, client: Pick<KubeClient, 'tryGet'>): Promise<Labels> {
  return (await client.tryGet(NAMESPACES, namespace))?.metadata.labels ?? {}
}

/** Whether a namespace may use a Repository; its labels are read only where they decide. */
export async function isAllowed(
  repository: RepositoryObject,
  namespace: string,
  client: Pick<KubeClient, 'tryGet'>,
): Promise<boolean> {
  const labels = asksForLabels(repository, namespace) ? await labelsOf(namespace, client) : {}
  return allowsNamespace(repository, namespace, labels)
}

interface Use {
  readonly repository?: RepositoryObject | undefined
  readonly namespace: string | undefined
  readonly namespaceLabels: Labels
  readonly settings: Pick<Settings, 'repositoryFolders'>
}

/**
 * Why no Job of this namespace may work on the Repository: it does not consent, or lies in a folder that the
 * administrator has not allowed. Undefined when one may, and when there is no Repository.
 */
export function refusedUse(use: Use): { readonly reason: Reason; readonly message: string } | undefined {
  const { repository, namespace = '', namespaceLabels, settings } = use
  if (repository === undefined) return undefined
  const { metadata, spec } = repository
  const name = `Repository ${metadata.namespace}/${metadata.name}`
  if (!allowsNamespace(repository, namespace, namespaceLabels)) {
    const from = spec.usagePolicy?.allowedNamespaces.from ?? 'Same'
    return { reason: 'UsageNotAllowed', message: `${name} allows ${from}; namespace ${namespace} is not among them` }
  }
  // Who may create a Repository may not thereby mount what no claim of theirs stands for.
  if (isAllowedFolder(spec.backend, settings.repositoryFolders)) return undefined
  return { reason: 'FolderNotAllowed', message: `${name}: ${refusedFolder(spec.backend)}` }
}
