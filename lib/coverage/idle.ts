import type { FleetPolicy } from '../fleet/policy.js'
import { isUnder } from '../folder.js'

/** Why a policy backs nothing up by itself, as the end of a sentence; undefined when it does. */
export function whyIdle(policy: FleetPolicy): string | undefined {
  const { spec, schedule } = policy
  if (spec.paused === true) return 'is paused'
  if (schedule === undefined) return `has the schedule '${spec.schedule}', which never comes`
  if (storesInItsClaim(policy)) return 'stores the copy on the claim itself, so both are lost together'
  return leavesAllOut(policy) ? 'excludes everything that it backs up' : undefined
}

function storesInItsClaim({ namespace, claim, repository }: FleetPolicy): boolean {
  const own = repository?.spec.backend.local?.persistentVolumeClaim?.claimName
  return own === claim && repository?.namespace === namespace
}

// restic: a pattern that begins with ! takes files back in, and then only the files themselves tell.
function leavesAllOut({ paths, spec }: FleetPolicy): boolean {
  const ignored = (spec.target.args ?? []).flatMap(each =>
    each.startsWith('--iexclude=') ? [each.slice('--iexclude='.length)] : [],
  )
  const patterns = [...(spec.target.exclude ?? []), ...ignored]
  if (patterns.some(pattern => pattern.startsWith('!'))) return false
  return paths.every(path => patterns.some(pattern => leavesOut(pattern, path)))
}

function leavesOut(pattern: string, path: string): boolean {
  const folder = pattern.replace(/(\/\*{1,2})+$/, '').replace(/\/$/, '')
  if (folder === '' || folder === '*' || folder === '**') return true
  // restic: a pattern without a slash at its beginning is compared with every part of a path.
  return folder.startsWith('/') ? isUnder(path, folder) : path.split('/').includes(folder)
}
