import type { IConstruct } from 'constructs'
import { repositorySpec } from '../lib/api/repository.js'
import type { JobTemplate } from '../lib/pod.js'
import type { Problem } from '../lib/problem.js'
import { resolve } from '../lib/resolver.js'
import type { TaskSource } from '../lib/task-source.js'
import type { AnySubject, BackupSubject, RestoreSubject, Subject } from '../lib/variables.js'
import type { IRepository } from './repository.js'
import { TaskCatalogue } from './task-catalogue.js'

type Policy =
  | Pick<BackupSubject, 'kind' | 'namespace' | 'name' | 'spec' | 'image'>
  | Pick<RestoreSubject, 'kind' | 'namespace' | 'name' | 'spec' | 'image'>

/** What the resolver made of a policy: no template and no problem means that the controller resolves at run time. */
export interface PolicyResolution {
  readonly template?: JobTemplate
  readonly problems: readonly Problem[]
}

/** What is wrong with what a policy refers to, whether or not its own fields are valid. */
export function referenceProblems(
  construct: IConstruct,
  policy: Policy,
  repository: IRepository | undefined,
): Problem[] {
  const object = construct.node.path
  const task = TaskCatalogue.of(construct).find(policy.spec.task?.name ?? '')
  const problems: Problem[] = []
  if (task !== 'elsewhere' && 'unknown' in task) {
    problems.push({ code: 'HF2001', object, path: 'spec.task.name', message: task.unknown })
  }
  const { spec, name, namespace = policy.namespace } = repository ?? {}
  if (spec !== undefined && name !== undefined) {
    problems.push(...usageProblems(object, policy.namespace, { name, namespace, spec }))
  }
  return problems
}

/** Resolves valid policies into Job templates, by the resolver that the controller uses too. */
export class PolicyResolver {
  #key = ''
  #last: PolicyResolution = { problems: [] }

  /**
   * The template of a valid policy. Problems of the Repository and of Tasks are not repeated here: their own constructs
   * report them. cdk8s validates the whole app once per chart, so an answer is kept while its input is the same.
   */
  resolve(construct: IConstruct, policy: Policy, repository: IRepository): PolicyResolution {
    const task = TaskCatalogue.of(construct).find(policy.spec.task?.name ?? '')
    const { spec, name, namespace = policy.namespace } = repository
    if (spec === undefined || task === 'elsewhere' || 'unknown' in task) return { problems: [] }
    const key = JSON.stringify([spec, task])
    if (key === this.#key) return this.#last
    this.#last = resolveWith(construct.node.path, { ...policy, repository: { name, namespace, spec } }, task)
    this.#key = key
    return this.#last
  }
}

function resolveWith(object: string, subject: AnySubject, task: TaskSource): PolicyResolution {
  if (!repositorySpec.safeParse(subject.repository.spec).success) return { problems: [] }
  const result = resolve(subject, task)
  if (result.ok) return { template: result.template, problems: [] }
  const own = `${subject.kind} ${subject.namespace}/${subject.name}`
  const problems = result.problems
    .filter(problem => problem.code !== 'HF2001')
    .map(problem => ({ ...problem, object: problem.object === own ? object : problem.object }))
  return { problems }
}

// A selector reads the labels of namespaces, which only the cluster knows.
function usageProblems(object: string, namespace: string, repository: Subject['repository']): Problem[] {
  if (repository.namespace === namespace) return []
  const allowed = repository.spec.usagePolicy?.allowedNamespaces
  if (allowed?.from === 'All' || allowed?.from === 'Selector') return []
  const message = `Repository ${repository.namespace}/${repository.name} may be used only in its own namespace, and this is ${namespace}; set its usagePolicy: { allowedNamespaces: { from: 'All' } }, or a selector`
  return [{ code: 'HF3004', object, path: 'spec.repository.namespace', message }]
}
