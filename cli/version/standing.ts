import { labels } from '../../lib/api/group.js'
import { kinds } from '../../lib/api/kinds.js'
import { builtInFunctions, builtInTasks } from '../../lib/built-ins.js'
import { canonicalJson } from '../../lib/digest.js'
import { objectSchema } from '../../lib/schema/crd.js'
import { version } from '../../lib/version.js'
import type { ClusterState, DefinitionObject } from './cluster-state.js'
import { type ControllerStanding, controllerOf } from './controller-standing.js'
import { type Age, ageOf } from './release.js'
import { type TemplateStanding, templatesOf } from './template-standing.js'

/** What a cluster’s definitions are, seen from this release. */
export interface DefinitionsStanding {
  /** The release that wrote them, when they say so. */
  readonly version: string | null
  /** `unknown` where they may not be read, or differ and name no release or this one. */
  readonly age: Age | 'absent'
  readonly absent: readonly string[]
  /** Definitions with another schema than this release’s. */
  readonly different: readonly string[]
  /** Definitions of which objects may be stored in more than one version. */
  readonly mixed: readonly string[]
}

/** Where a command and a cluster stand to each other. */
export interface VersionStanding {
  readonly command: string
  readonly definitions: DefinitionsStanding
  readonly controllers: readonly ControllerStanding[]
  /** Built-in Functions and Tasks that are not as this release has them, among those that may be read. */
  readonly builtIns: readonly string[]
  /** Built-in Functions and Tasks that are not there. */
  readonly absentBuiltIns: readonly string[]
  readonly templates: readonly TemplateStanding[]
  /** Resources that whoever asks may not list: nothing is known of them. */
  readonly hidden: readonly string[]
  /** The only namespace of which policies were looked at; null is all. */
  readonly namespace: string | null
}

/** Judges what was read of a cluster, its policies in all namespaces or one. */
export function standingOf(state: ClusterState, namespace?: string): VersionStanding {
  const controllers = state.controllers.map(each => controllerOf(each, state.leases))
  return {
    command: version,
    definitions: definitionsOf(state),
    controllers,
    ...builtInsOf(state),
    templates: templatesOf(state, controllers),
    hidden: state.hidden,
    namespace: namespace ?? null,
  }
}

function definitionsOf({ definitions: found, hidden }: ClusterState): DefinitionsStanding {
  if (hidden.includes('customresourcedefinitions'))
    return { version: null, age: 'unknown', absent: [], different: [], mixed: [] }
  const byPlural = (plural: string) => found.find(({ metadata }) => metadata.name.startsWith(`${plural}.`))
  const absent = kinds.filter(({ plural }) => byPlural(plural) === undefined).map(({ plural }) => plural)
  const different = kinds.filter(kind => {
    const present = byPlural(kind.plural)
    const schemas = present?.spec.versions.map(({ schema }) => canonicalJson(schema?.openAPIV3Schema))
    return schemas !== undefined && !schemas.includes(canonicalJson(objectSchema(kind)))
  })
  const releases = [...new Set(found.map(({ metadata }) => metadata.labels?.[labels.version]))]
  const [release = null] = releases.length === 1 ? releases : []
  const common = { version: release, absent, different: different.map(({ plural }) => plural), mixed: mixedOf(found) }
  if (found.length === 0) return { ...common, age: 'absent' }
  if (different.length === 0 && absent.length === 0) return { ...common, age: 'same' }
  const age = release === null ? 'unknown' : ageOf(release, version)
  // The same number over another schema is a build in between: nobody can tell which is the later one.
  return { ...common, age: age === 'same' ? 'unknown' : age }
}

const mixedOf = (found: readonly DefinitionObject[]) =>
  found
    .filter(({ status }) => (status?.storedVersions ?? []).length > 1)
    .map(({ metadata, status }) => `${metadata.name} (${status?.storedVersions?.join(', ')})`)

function builtInsOf({ functions, tasks, hidden }: ClusterState) {
  const judged = [
    ...(hidden.includes('functions') ? [] : judgedAs('Function', builtInFunctions, functions)),
    ...(hidden.includes('tasks') ? [] : judgedAs('Task', builtInTasks, tasks)),
  ]
  const are = (wanted: Judgement) => judged.filter(([, judgement]) => judgement === wanted).map(([name]) => name)
  return { builtIns: are('different'), absentBuiltIns: are('absent') }
}

type Judgement = 'same' | 'different' | 'absent'

const judgedAs = (
  kind: string,
  wanted: Readonly<Record<string, unknown>>,
  found: readonly Named[],
): (readonly [string, Judgement])[] =>
  Object.entries(wanted).map(([name, spec]) => {
    const present = found.find(({ metadata }) => metadata.name === name)
    if (present === undefined) return [`${kind} ${name}`, 'absent']
    return [`${kind} ${name}`, canonicalJson(present.spec) === canonicalJson(spec) ? 'same' : 'different']
  })

interface Named {
  readonly metadata: { readonly name: string }
  readonly spec: unknown
}
