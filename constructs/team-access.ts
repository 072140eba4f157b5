import { Chart } from 'cdk8s'
import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import type { Problem } from '../lib/problem.js'
import { CheckedConstruct } from './checked-construct.js'
import { identityProblems } from './metadata.js'
import { type Subjects, subjectProblems, subjectsOf } from './subjects.js'
import { labelsOf } from './system-labels.js'
import { type TeamRole, teamRoleName } from './team-rules.js'

export interface TeamAccessProps extends Subjects {
  /** What the team may do: `view` it, `operate` it (start backups, restore into empty volumes), `edit` policies. */
  readonly role: TeamRole
  /** @default - the chart’s namespace */
  readonly namespace?: string
}

const rbac = 'rbac.authorization.k8s.io'

/** Gives people and programs one of Holdfast’s roles in one namespace: a RoleBinding. */
export class TeamAccess extends CheckedConstruct {
  readonly namespace: string | undefined
  readonly #props: TeamAccessProps

  constructor(scope: Construct, id: string, props: TeamAccessProps) {
    super(scope, id)
    this.#props = props
    this.namespace = props.namespace ?? Chart.of(scope).namespace
    new k8s.KubeRoleBinding(this, 'RoleBinding', {
      metadata: {
        name: this.#name,
        ...(this.namespace === undefined ? {} : { namespace: this.namespace }),
        labels: labelsOf('teams'),
      },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: teamRoleName(props.role) },
      subjects: subjectsOf(props),
    })
  }

  // What a binding refers to can never be changed, so another role is another object.
  get #name(): string {
    return `${this.node.id}-${teamRoleName(this.#props.role)}`
  }

  protected findProblems(): Problem[] {
    const object = this.node.path
    const identity = { name: this.#name, namespace: this.namespace }
    return [...identityProblems(object, identity, 'Namespaced'), ...subjectProblems(object, this.#props)]
  }
}
