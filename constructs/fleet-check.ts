import { ApiObject } from 'cdk8s'
import type { IConstruct } from 'constructs'
import { formatProblem, type Problem, type SourcePosition } from '../lib/problem.js'
import { RunRegistry } from './run-registry.js'

/** Marks our constructs, also across two installed copies of this package. */
export const fleetMember = Symbol.for('holdfast.dev/FleetMember')

/** What a backup writes, so that two of them can be told apart. */
export interface WrittenSnapshot {
  /** The store, the same for every Repository object that names it. */
  readonly store: string
  readonly host: string
  readonly path: string
}

/** A construct whose problems are part of the fleet’s. */
export interface FleetMember extends IConstruct {
  readonly [fleetMember]: true
  readonly source: SourcePosition | undefined
  problems(): Problem[]
  writes(): readonly WrittenSnapshot[]
}

const watched = new WeakSet<IConstruct>()

/** Checks the whole app once per synth, however many policies it has. */
export function watchFleet(member: FleetMember): void {
  const { root } = member.node
  if (watched.has(root)) return
  watched.add(root)
  root.node.addValidation({ validate: () => fleetProblems(root).map(formatProblem) })
}

/** Every problem below a construct: what is wrong with each policy, then what is wrong between them. */
export function problemsOf(root: IConstruct): Problem[] {
  return [...membersOf(root).flatMap(member => member.problems()), ...fleetProblems(root)]
}

function fleetProblems(root: IConstruct): Problem[] {
  return [...identityConflicts(membersOf(root)), ...nameConflicts(root), ...RunRegistry.of(root).problems()]
}

function membersOf(root: IConstruct): FleetMember[] {
  return root.node.findAll().filter(isMember)
}

export function isMember(construct: IConstruct): construct is FleetMember {
  return fleetMember in construct
}

function identityConflicts(members: readonly FleetMember[]): Problem[] {
  const first = new Map<string, FleetMember>()
  const problems: Problem[] = []
  for (const member of members) {
    for (const { store, host, path } of member.writes()) {
      const key = JSON.stringify([store, host, path])
      const other = first.get(key)
      if (other === undefined) first.set(key, member)
      else if (other !== member) {
        const message = `${describe(other)} backs up the same: host '${host}', path '${path}', repository ${store}; give one of them an alias, or merge them`
        problems.push(problemOf(member, 'HF3001', 'spec.target', message))
      }
    }
  }
  return problems
}

function nameConflicts(root: IConstruct): Problem[] {
  const first = new Map<string, ApiObject>()
  const problems: Problem[] = []
  for (const construct of root.node.findAll()) {
    if (!ApiObject.isApiObject(construct)) continue
    const { namespace } = construct.metadata
    const key = JSON.stringify([construct.apiGroup, construct.kind, namespace, construct.name])
    const other = first.get(key)
    if (other === undefined) {
      first.set(key, construct)
      continue
    }
    const [owner, otherOwner] = [ownerOf(construct), ownerOf(other)]
    // Two foreign objects of one name are not ours to judge.
    if (owner === undefined && otherOwner === undefined) continue
    const name = namespace === undefined ? construct.name : `${namespace}/${construct.name}`
    const message = `${construct.kind} ${name} is also made by ${describe(otherOwner ?? other)}; one would overwrite the other. Rename one with metadata.name`
    problems.push(problemOf(owner ?? construct, 'HF3002', 'metadata.name', message))
  }
  return problems
}

function ownerOf(construct: IConstruct): FleetMember | undefined {
  return construct.node.scopes.filter(isMember).at(-1)
}

function describe(construct: IConstruct): string {
  const source = isMember(construct) ? construct.source : undefined
  return source === undefined ? construct.node.path : `${construct.node.path} (${source})`
}

function problemOf(construct: IConstruct, code: Problem['code'], path: string, message: string): Problem {
  const source = isMember(construct) ? construct.source : undefined
  return { code, object: construct.node.path, path, message, ...(source === undefined ? {} : { source }) }
}
