import { builtInFunctions, builtInTasks } from '../../lib/built-ins.js'
import type { ControllerStanding } from './controller-standing.js'
import type { VersionStanding } from './standing.js'

/** What, its release and how it stands: the rows of `holdfast version --check`. What could not be read is never called fine. */
export function standingRows(standing: VersionStanding): string[][] {
  const { definitions, command } = standing
  return [
    ['command', command, ''],
    ['definitions', definitions.version ?? '-', definitionWords(standing)],
    ...controllerRows(standing),
    ['Functions and Tasks', '-', builtInWords(standing)],
    ['templates', '-', templateWords(standing)],
  ]
}

/** `Function a differs`, `Function a, Task b differ`. */
export const differing = (names: readonly string[]): string =>
  `${names.join(', ')} ${names.length === 1 ? 'differs' : 'differ'}`

/** `Function a is absent`, `Function a, Task b are absent`. */
export const lacking = (names: readonly string[]): string =>
  `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} absent`

/** A controller’s image, and its release where the image does not tell it. */
export const controllerName = ({ image, release, saidBy }: ControllerStanding): string =>
  saidBy === 'tag' || saidBy === null ? image : `${image} (${release} by its ${saidBy})`

const notKnown = (hidden: readonly string[]) => `not known: ${hidden.join(' and ')} may not be listed`

function definitionWords({ definitions: { age, different, absent }, hidden }: VersionStanding): string {
  if (hidden.includes('customresourcedefinitions')) return notKnown(['customresourcedefinitions'])
  if (age === 'absent') return 'absent'
  if (age === 'same') return 'as this release has them'
  const words = [...(different.length > 0 ? [differing(different)] : [])]
  if (absent.length > 0) words.push(lacking(absent))
  return `${age === 'unknown' ? 'older or newer, which is not known' : age}: ${words.join('; ')}`
}

function controllerRows({ controllers, hidden }: VersionStanding): string[][] {
  if (hidden.includes('deployments')) return [['controller', '-', notKnown(['deployments'])]]
  if (controllers.length === 0) return [['controller', '-', 'absent']]
  return controllers.map(each => {
    const ready = `${each.ready} of ${each.wanted} ready`
    return [`controller in ${each.namespace}`, controllerName(each), [...ageWords(each), ready].join(', ')]
  })
}

function ageWords({ age }: ControllerStanding): string[] {
  if (age === 'same') return []
  return [age === 'unknown' ? 'of which release is not known' : age]
}

const builtInCount = Object.keys(builtInFunctions).length + Object.keys(builtInTasks).length

function builtInWords({ builtIns, absentBuiltIns, hidden }: VersionStanding): string {
  if (absentBuiltIns.length === builtInCount) return 'absent'
  const closed = hidden.filter(each => each === 'functions' || each === 'tasks')
  const words = [
    ...(builtIns.length > 0 ? [differing(builtIns)] : []),
    ...(absentBuiltIns.length > 0 ? [lacking(absentBuiltIns)] : []),
    ...(closed.length > 0 ? [notKnown(closed)] : []),
  ]
  return words.length === 0 ? 'as this release has them' : words.join('; ')
}

function templateWords({ templates, hidden, namespace }: VersionStanding): string {
  if (hidden.includes('backupconfigurations')) return notKnown(['backupconfigurations'])
  const counts = new Map<string, number>()
  for (const { state } of templates) counts.set(state, (counts.get(state) ?? 0) + 1)
  const words = [...counts].map(([state, count]) => `${count} ${state}`).join(', ')
  return words || (namespace === null ? 'no policy' : `no policy in ${namespace}`)
}
