import { managedBy } from '../../lib/api/group.js'
import type { Layout, Part } from './layout.js'
import { asUrl, folderIn, type Source } from './source.js'

export interface FluxOptions {
  readonly name: string
  /** Where Flux runs. */
  readonly namespace: string
  /** Secret with the credentials of the repository. */
  readonly secretName: string | undefined
  /** How often the cluster is compared with git, a Go duration. */
  readonly interval: string
}

const source = 'source.toolkit.fluxcd.io/v1'
const kustomize = 'kustomize.toolkit.fluxcd.io/v1'

/**
 * The source and the Kustomizations of a layout: definitions, then the control plane, then the policies. The definitions
 * and the controller are waited for, nothing else: neither a failed backup nor a claim that the Pushgateway waits for may
 * hold up what git says of a policy.
 */
export function fluxObjects(layout: Layout, from: Source, options: FluxOptions): object[] {
  const repository = sourceObject(from, options)
  const kustomization = (part: Part, spec: object) => kustomizationOf(part, spec, from, options)
  const controller = { wait: false, ...healthChecks(layout.controllerNamespace) }
  if (layout.kind === 'whole') return [repository, kustomization(layout.whole, controller)]
  const after = (parts: readonly Part[]) =>
    parts.length === 0 ? {} : { dependsOn: parts.map(({ name }) => ({ name })) }
  const { definitions, system, policies } = layout
  const first = system.length === 0 ? definitions : system
  return [
    repository,
    ...definitions.map(part => kustomization(part, { wait: true })),
    ...system.map(part => kustomization(part, { ...controller, ...after(definitions) })),
    ...policies.map(part => kustomization(part, { wait: false, ...after(first) })),
  ]
}

function healthChecks(namespace: string | undefined) {
  const controller = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'holdfast-controller', namespace }
  return namespace === undefined ? {} : { healthChecks: [controller] }
}

function sourceObject(from: Source, { name, namespace, secretName, interval }: FluxOptions) {
  const oci = isOci(from)
  return {
    apiVersion: source,
    kind: kindOf(from),
    metadata: { name, namespace },
    spec: {
      interval,
      // Flux takes no short form.
      url: asUrl(from.repo),
      ref: oci ? ociReference(from.revision) : gitReference(from.revision),
      ...(secretName === undefined ? {} : { secretRef: { name: secretName } }),
    },
  }
}

const isOci = ({ repo }: Source) => repo.startsWith('oci://')
const kindOf = (from: Source) => (isOci(from) ? 'OCIRepository' : 'GitRepository')

function gitReference(revision: string) {
  if (revision.startsWith('refs/')) return { name: revision }
  return /^[0-9a-f]{40}$/.test(revision) ? { commit: revision } : { branch: revision }
}

const ociReference = (revision: string) => (revision.startsWith('sha256:') ? { digest: revision } : { tag: revision })

function kustomizationOf({ path, name }: Part, spec: object, from: Source, options: FluxOptions) {
  return {
    apiVersion: kustomize,
    kind: 'Kustomization',
    metadata: { name, namespace: options.namespace, labels: { 'app.kubernetes.io/part-of': managedBy } },
    spec: {
      interval: options.interval,
      retryInterval: '1m',
      timeout: '5m',
      sourceRef: { kind: kindOf(from), name: options.name },
      path: `./${folderIn(from, path)}`.replace(/^\.\/\.$/, './'),
      prune: true,
      // Deleting this object, by mistake or with a cluster’s old git, deletes nothing else.
      deletionPolicy: 'Orphan',
      ...spec,
    },
  }
}
