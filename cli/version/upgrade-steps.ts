import type { VersionStanding } from './standing.js'
import type { TemplateState } from './template-standing.js'

/** What has to be done, in the order in which it has to be done; empty when everything is of one release. */
export function upgradeSteps(standing: VersionStanding): string[] {
  const { definitions, controllers, hidden } = standing
  if (definitions.age === 'absent' && !hidden.includes('customresourcedefinitions'))
    return ['install Holdfast: its definitions are not in the cluster (README, “To git, and on to the cluster”)']
  return [
    ...hidden.map(resource => `ask somebody who may list ${resource}: what is to be done about them is not known`),
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

function commandSteps({ definitions, controllers, command }: VersionStanding): string[] {
  const newer =
    definitions.age === 'newer' ? definitions.version : controllers.find(({ age }) => age === 'newer')?.image
  return newer === undefined
    ? []
    : [`upgrade this command and the library of the policies: they are ${command}, the cluster has ${newer}`]
}

function systemSteps({ definitions, controllers, builtIns, command, hidden }: VersionStanding): string[] {
  const behind = [
    ...(definitions.age === 'older' || definitions.age === 'unknown' ? outdated(definitions) : []),
    ...controllers.filter(({ age }) => age === 'older').map(({ image }) => `the controller is ${image}`),
  ]
  const isNewer = definitions.age === 'newer' || controllers.some(({ age }) => age === 'newer')
  if (behind.length === 0 && builtIns.length > 0 && !isNewer) behind.push(differing(builtIns))
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

/** `Function a differs`, `Function a, Task b differ`. */
export const differing = (names: readonly string[]): string =>
  `${names.join(', ')} ${names.length === 1 ? 'differs' : 'differ'}`

function outdated({ version, different, absent }: VersionStanding['definitions']): string[] {
  const fields = [...different, ...absent].join(', ')
  return fields === '' ? [] : [`the definitions of ${fields} are ${version === null ? 'others' : `of ${version}`}`]
}

function templateSteps({ templates, controllers }: VersionStanding): string[] {
  const of = (state: TemplateState) => templates.filter(each => each.state === state)
  const images = (state: TemplateState) => [...new Set(of(state).flatMap(each => each.images))].join(', ')
  const names = (state: TemplateState) => clipped(of(state).map(({ namespace, name }) => `${namespace}/${name}`))
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
    ...(idle.length > 0 && templates.length > 0
      ? [`take ${idle.join(', ')} out of trustedImages: no template uses it any more`]
      : []),
  ]
}

const clipped = (names: readonly string[]) =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ')
