import { execFileSync } from 'node:child_process'
import { prometheusDefinitionFiles, prometheusDefinitionNames } from '../cluster-policy/prometheus-kinds.js'

const kubectl = (...args: string[]) =>
  execFileSync('kubectl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/**
 * Gives the cluster the definitions of the Prometheus operator’s kinds, where it has none, and waits until they are
 * served. Returns what takes them away again: those that the cluster had before stay.
 */
export function definePrometheusKinds(): () => void {
  const present = kubectl('get', 'crd', '-o', 'name')
  const made = prometheusDefinitionNames.filter(name => !present.includes(name))
  const files = prometheusDefinitionFiles.filter((_, index) => made.includes(prometheusDefinitionNames[index] ?? ''))
  for (const file of files) kubectl('apply', '--server-side', '-f', file)
  const names = prometheusDefinitionNames.map(name => `crd/${name}`)
  kubectl('wait', '--for=condition=Established', '--timeout=60s', ...names)
  return () => {
    for (const name of made) kubectl('delete', 'crd', name, '--ignore-not-found', '--timeout=60s')
  }
}
