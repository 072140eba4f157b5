import { Construct, type IConstruct } from 'constructs'
import { manifestsBelow } from '../constructs/app-manifests.js'
import { Fleet as FleetConstruct } from '../constructs/fleet.js'
import { problemsOf } from '../constructs/fleet-check.js'
import { readManifestFiles } from '../constructs/manifest-files.js'
import { type FleetOptions, fleetOf } from '../lib/fleet/fleet.js'
import type { Manifest, ManifestObject } from '../lib/fleet/manifest.js'
import type { Problem } from '../lib/problem.js'
import { FleetUnderTest } from './fleet-under-test.js'

/**
 * What a fleet is made from: a cdk8s app (or any part of its tree), folders and files of manifests, manifests
 * themselves, or several of them together.
 */
export type FleetSource = IConstruct | string | ManifestObject | readonly FleetSource[]

interface Gathered {
  readonly manifests: Manifest[]
  readonly problems: Problem[]
  /** `Kind namespace/name` of objects whose constructs have said already what is wrong with them. */
  readonly judged: Set<string>
  /** Trees that a Fleet construct has judged. */
  checked: number
  /** Trees, folders and objects. */
  sources: number
}

/**
 * The fleet that an app or a folder describes, without writing a file; with a `Fleet` construct in the app, also what
 * lies in that one’s folders. Never throws for what the policies say: what is wrong with them is among the fleet’s
 * `problems`, which `toHaveNoProblems` shows.
 */
export function fleetFrom(source: FleetSource, options: FleetOptions = {}): FleetUnderTest {
  const gathered: Gathered = { manifests: [], problems: [], judged: new Set(), checked: 0, sources: 0 }
  gather(source, gathered)
  const { judged, checked, sources } = gathered
  const fleet = fleetOf(gathered.manifests, options)
  const own = fleet.problems.filter(({ code, object }) => !(/^HF[1-4]/.test(code) && judged.has(object)))
  return new FleetUnderTest({ ...fleet, problems: [...gathered.problems, ...own] }, checked === 1 && sources === 1)
}

function gather(source: FleetSource, into: Gathered): void {
  if (!isList(source)) into.sources += 1
  if (typeof source === 'string') {
    const { manifests, problems } = readManifestFiles([source])
    add(into, manifests, problems)
  } else if (isList(source)) {
    for (const each of source) gather(each, into)
  } else if (isConstruct(source)) {
    gatherTree(source, into)
  } else {
    const position = 'given to fleetFrom'
    add(into, [{ object: source, position }], [])
  }
}

function gatherTree(root: IConstruct, into: Gathered): void {
  const { manifests, problems, judged } = manifestsBelow(root)
  const fleet = root.node.findAll().find(construct => construct instanceof FleetConstruct)
  if (fleet !== undefined) into.checked += 1
  for (const object of judged.keys()) into.judged.add(object)
  // A Fleet construct knows the app’s objects too, and tells their problems among its own.
  if (fleet === undefined) add(into, manifests, [...problems, ...problemsOf(root)])
  else add(into, fleet.model.manifests, problemsOf(root))
}

// A folder of a large fleet is more than a call takes as arguments.
function add(into: Gathered, manifests: readonly Manifest[], problems: readonly Problem[]): void {
  for (const manifest of manifests) into.manifests.push(manifest)
  for (const problem of problems) into.problems.push(problem)
}

const isList = (source: FleetSource): source is readonly FleetSource[] => Array.isArray(source)
const isConstruct = (source: IConstruct | ManifestObject): source is IConstruct => Construct.isConstruct(source)
