import { k8s } from 'cdk8s-plus-27'
import { type Construct, Node } from 'constructs'
import { apiGroup } from '../lib/api/group.js'
import { repositoryKind } from '../lib/api/kinds.js'
import type { Problem } from '../lib/problem.js'
import { useVerb } from './admission/repository-use.js'
import { CheckedConstruct } from './checked-construct.js'
import { identityOf, identityProblems } from './metadata.js'
import type { IRepository } from './repository.js'
import { type Subjects, subjectProblems, subjectsOf } from './subjects.js'
import { labelsOf } from './system-labels.js'

export interface RepositoryAccessProps extends Subjects {
  /** The Repository that they may name in their policies and restores, from any namespace. */
  readonly repository: IRepository
}

/**
 * Lets people and programs name a Repository where `AdmissionPolicies` asks for the verb `use`: a Role and a
 * RoleBinding in the Repository’s namespace. It does not replace the Repository’s `usagePolicy`, which is asked for
 * every session.
 */
export class RepositoryAccess extends CheckedConstruct {
  readonly #props: RepositoryAccessProps

  constructor(scope: Construct, id: string, props: RepositoryAccessProps) {
    super(scope, id)
    this.#props = props
    const { name, namespace } = this.#identity
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }), labels: labelsOf('access') }
    new k8s.KubeRole(this, 'Role', {
      metadata,
      rules: [
        {
          apiGroups: [apiGroup],
          resources: [repositoryKind.plural],
          resourceNames: [props.repository?.name],
          verbs: [useVerb],
        },
      ],
    })
    new k8s.KubeRoleBinding(this, 'RoleBinding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: subjectsOf(props),
    })
  }

  get #identity() {
    const namespace = this.#props.repository?.namespace
    return identityOf(this, Node.of(this).id, namespace === undefined ? {} : { namespace })
  }

  protected findProblems(): Problem[] {
    const object = this.node.path
    return [...identityProblems(object, this.#identity, 'Namespaced'), ...subjectProblems(object, this.#props)]
  }
}
