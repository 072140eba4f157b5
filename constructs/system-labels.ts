import { labels, managedBy } from '../lib/api/group.js'

/** Labels that select the pods of one part of Holdfast; they can never change. */
export function selectorOf(component: string): Record<string, string> {
  return { 'app.kubernetes.io/name': 'holdfast', [labels.component]: component }
}

/** Labels of the objects of one part of Holdfast. */
export function labelsOf(component: string): Record<string, string> {
  return { ...selectorOf(component), [labels.managedBy]: managedBy }
}

/**
 * Keeps Argo CD and Flux from deleting an object with the application that brought it: with a CustomResourceDefinition
 * all policies would go.
 */
export const keptByGitOps: Readonly<Record<string, string>> = {
  'argocd.argoproj.io/sync-options': 'Delete=false,Prune=false',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
}
