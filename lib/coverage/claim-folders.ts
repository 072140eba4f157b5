import type { FleetPolicy } from '../fleet/policy.js'
import { isUnder } from '../folder.js'
import { targetMountPath } from '../variables.js'

/** The folders of its claim that a policy backs up; `/` is all of it. */
export const foldersOf = (policy: FleetPolicy): string[] => policy.paths.map(path => insideClaim(policy, path))

/** Where a path of the mover lies in the claim, whatever it is mounted as. */
export function insideClaim({ spec }: FleetPolicy, path: string): string {
  const mount = targetMountPath(spec.target)
  const relative = isUnder(path, mount) ? path.slice(mount === '/' ? 0 : mount.length) : path
  const { subPath } = spec.target.volumeMounts?.[0] ?? {}
  return `${subPath === undefined ? '' : `/${subPath}`}${relative === '/' ? '' : relative}` || '/'
}
