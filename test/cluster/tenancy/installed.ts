import { execFileSync } from 'node:child_process'
import { systemObjects } from '../../behaviour/cluster-system.js'

/** Definitions, roles and the policy for restores as git holds them; the same as an installed system has. */
export function installTeamRoles(): void {
  const kubectl = (args: readonly string[], input = '') => execFileSync('kubectl', args, { encoding: 'utf8', input })
  const objects = systemObjects('any').filter(
    ({ kind, metadata }) =>
      kind === 'CustomResourceDefinition' || /^holdfast-(view|operate|edit|restores)$/.test(metadata.name),
  )
  const manifest = { apiVersion: 'v1', kind: 'List', items: objects }
  kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify(manifest))
  const definitions = objects.filter(({ kind }) => kind === 'CustomResourceDefinition')
  const names = definitions.map(({ metadata }) => `crd/${metadata.name}`)
  kubectl(['wait', '--for=condition=Established', '--timeout=60s', ...names])
}
