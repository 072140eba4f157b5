import type { VersionStanding } from './standing.js'
import { controllerName, differing, lacking } from './standing-table.js'
import type { TemplateState } from './template-standing.js'

/**
 * What has to be done, in the order in which it has to be done; empty only when everything is of one release and
 * everything could be read.
 */
export function upgradeSteps(standing: VersionStanding): string[] {
  const { definitions, controllers, hidden } = standing
  if (definitions.age === 'absent')
    return ['install Holdfast: its definitions are not in the cluster (README, “To git, and on to the cluster”)']
  return [
    ...hidden.map(resource => `ask somebody who may list ${resource}: what is to be done about them is not known`),
    ...unknownReleases(standing),
    ...commandSteps(standing),
    ...systemSteps(standing),
    ...definitions.mixed.map(
      each => `store the objects of ${each} in one version (docs/upgrades.md, “Storing objects in a new version”)`,
    ),
    ...templateSteps(standing),
    ...(controllers.length > 1
      ? [
          `keep one of the ${controllers.length} controllers (${controllers.map(({ namespace }) => namespace).join(', ')})`,
        ]
      : []),
  ]
}

/** Nobody can say whether the command or the cluster is behind: a person has to. */
function unknownReleases({ definitions, controllers, command }: VersionStanding): string[] {
  const fields = [...definitions.different, ...definitions.absent].join(', ')
  return [
    ...(definitions.age === 'unknown' && fields !== ''
      ? [
          `find out whether the definitions in the cluster are older or newer than ${command}: those of ${fields} are others, ` +
            `and ${definitions.version === null ? 'name no single release' : `say ${definitions.version} too`}. ` +
            `If older, apply the system of ${command} before any policy of it; if newer, upgrade this command`,
        ]
      : []),
    ...controllers
      .filter(({ age }) => age === 'unknown')
      .map(
        ({ namespace, image }) =>
          `find out of which release the controller in ${namespace} is: neither the tag of ${image}, nor a label ` +
          `app.kubernetes.io/version of its Lease or Deployment, says it`,
      ),
  ]
}

function commandSteps({ definitions, controllers, command }: VersionStanding): string[] {
  const newer =
    definitions.age === 'newer'
      ? definitions.version
      : controllers.filter(({ age }) => age === 'newer').map(controllerName)[0]
  return newer === undefined
    ? []
    : [`upgrade this command and the library of the policies: they are ${command}, the cluster has ${newer}`]
}

function systemSteps(standing: VersionStanding): string[] {
  const { definitions, controllers, builtIns, absentBuiltIns, command, hidden } = standing
  const behind = [
    ...(definitions.age === 'older' ? [outdated(definitions)] : []),
    ...controllers.filter(({ age }) => age === 'older').map(each => `the controller is ${controllerName(each)}`),
  ]
  // Where something may be newer, what differs may be right.
  const isCurrent = [definitions, ...controllers].every(({ age }) => age === 'same')
  if (behind.length === 0 && isCurrent) {
    if (builtIns.length > 0) behind.push(differing(builtIns))
    if (absentBuiltIns.length > 0) behind.push(lacking(absentBuiltIns))
  }
  const waiting = controllers.filter(({ ready, wanted }) => ready < wanted)
  const none = controllers.every(({ wanted }) => wanted === 0) && !hidden.includes('deployments')
  return [
    ...(behind.length > 0 ? [`apply the system of ${command} before any policy of it: ${behind.join('; ')}`] : []),
    ...(none ? ['start a controller: none runs, so nothing is done about the sessions that CronJobs create'] : []),
    ...waiting.map(({ namespace, ready, wanted }) => {
      return `see why ${ready} of ${wanted} controllers are ready: kubectl get pods -n ${namespace}`
    }),
  ]
}

const outdated = ({ version, different, absent }: VersionStanding['definitions']): string =>
  `the definitions of ${[...different, ...absent].join(', ')} are of ${version}`

function templateSteps({ templates, controllers, namespace }: VersionStanding): string[] {
  const of = (state: TemplateState) => templates.filter(each => each.state === state)
  const images = (state: TemplateState) => [...new Set(of(state).flatMap(each => each.images))].join(', ')
  const names = (state: TemplateState) => clipped(of(state).map(({ namespace, name }) => `${namespace}/${name}`))
  const orphans = templates.flatMap(each => (each.missing === undefined ? [] : [each]))
  const stores = [...new Set(orphans.map(({ missing }) => missing))].join(', ')
  const used = new Set(templates.flatMap(each => each.images))
  const idle = controllers.flatMap(({ trustedImages }) => trustedImages.filter(image => !used.has(image)))
  return [
    ...(of('untrusted').length > 0
      ? [
          `list ${images('untrusted')} in trustedImages until the policies are synthesized again: sessions of ${names('untrusted')} end ImageNotTrusted`,
        ]
      : []),
    ...(of('stale').length > 0
      ? [
          `synthesize again and commit: the templates of ${names('stale')} were made from other fields, and their sessions end TemplateStale`,
        ]
      : []),
    ...(of('earlier').length > 0 || of('untrusted').length > 0
      ? [
          `synthesize again and commit: the templates of ${names(of('earlier').length > 0 ? 'earlier' : 'untrusted')} are of another release`,
        ]
      : []),
    ...(orphans.length > 0
      ? [
          `write the Repository ${stores}, or name another one: without it nobody can say whether the templates of ${clipped(orphans.map(({ namespace, name }) => `${namespace}/${name}`))} fit it`,
        ]
      : []),
    // The policies of another namespace may still need it.
    ...(idle.length > 0 && templates.length > 0 && namespace === null
      ? [`take ${idle.join(', ')} out of trustedImages: no template uses it any more`]
      : []),
  ]
}

const clipped = (names: readonly string[]) =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ')
