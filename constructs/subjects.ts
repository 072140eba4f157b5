import type { k8s } from 'cdk8s-plus-27'
import type { Problem } from '../lib/problem.js'

/** Who is given a role. */
export interface Subjects {
  /** Groups, as the cluster’s authentication names them. */
  readonly groups?: readonly string[]
  /** Users, as the cluster’s authentication names them. */
  readonly users?: readonly string[]
  /** ServiceAccounts, `namespace/name`: those of a GitOps tool or a pipeline. */
  readonly serviceAccounts?: readonly string[]
}

const rbac = 'rbac.authorization.k8s.io'

/** The subjects of a RoleBinding. */
export function subjectsOf({ groups = [], users = [], serviceAccounts = [] }: Subjects): k8s.Subject[] {
  return [
    ...groups.map(name => ({ apiGroup: rbac, kind: 'Group', name })),
    ...users.map(name => ({ apiGroup: rbac, kind: 'User', name })),
    ...serviceAccounts.map(text => {
      const [namespace = '', name = ''] = text.split('/')
      return { kind: 'ServiceAccount', name, namespace }
    }),
  ]
}

/** What is wrong with them: nobody at all, or a ServiceAccount without its namespace. */
export function subjectProblems(object: string, subjects: Subjects): Problem[] {
  const wrong = (subjects.serviceAccounts ?? []).filter(text => !/^[^/]+\/[^/]+$/.test(text))
  const malformed = wrong.map(text => ({
    code: 'HF1002' as const,
    object,
    path: 'serviceAccounts',
    message: `got '${text.slice(0, 80)}'; expected namespace/name, such as flux-system/kustomize-controller`,
  }))
  if (subjectsOf(subjects).length > 0) return malformed
  const message = 'nobody is given the role; name groups, users or serviceAccounts'
  return [...malformed, { code: 'HF1001', object, path: 'groups', message }]
}
