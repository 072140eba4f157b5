import type { Layout, Part } from './layout.js'
import { folderIn, type Source } from './source.js'

export interface ArgoOptions {
  readonly name: string
  /** Where Argo CD runs. */
  readonly namespace: string
  readonly project: string
  /** Address of the cluster’s API server. */
  readonly destination: string
}

const inCluster = 'https://kubernetes.default.svc'
/** Not `PruneLast`: it waits until every policy is healthy, so that one failed backup would end all pruning. */
export const argoSyncOptions = ['ServerSideApply=true']

/**
 * The Applications of a layout. Definitions and control plane are one, so that the waves of their objects order them in
 * one sync; the policies of a namespace are one each. None has a finalizer: deleting an Application deletes nothing else.
 */
export function argoApplications(layout: Layout, source: Source, options: ArgoOptions): object[] {
  if (layout.kind === 'whole') return [application(options.name, [layout.whole], source, options)]
  const system = [...layout.definitions, ...layout.system]
  return [
    ...(system.length === 0 ? [] : [application(options.name, system, source, options, '-1')]),
    ...layout.policies.map(part => application(part.name, [part], source, options)),
  ]
}

function application(name: string, parts: readonly Part[], source: Source, options: ArgoOptions, wave?: string) {
  const sources = parts.map(({ path }) => ({
    repoURL: source.repo,
    targetRevision: source.revision,
    path: folderIn(source, path),
  }))
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name,
      namespace: options.namespace,
      // For an Application of Applications.
      ...(wave === undefined ? {} : { annotations: { 'argocd.argoproj.io/sync-wave': wave } }),
    },
    spec: {
      project: options.project,
      destination: { server: options.destination === '' ? inCluster : options.destination },
      ...(sources.length === 1 ? { source: sources[0] } : { sources }),
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: argoSyncOptions,
        // Policies come to a new cluster before the definitions they need, unless an Application orders both.
        retry: { limit: 10, backoff: { duration: '5s', factor: 2, maxDuration: '3m' } },
      },
    },
  }
}
