import { k8s } from 'cdk8s-plus-27'
import { Construct } from 'constructs'
import { addAdmissionPolicy } from './admission/policy-object.js'
import { clusterScoped } from './metadata.js'
import { plainRestores } from './restore-guard.js'
import { labelsOf } from './system-labels.js'
import { type TeamRole, teamRoleName, teamRules } from './team-rules.js'

/**
 * The Kubernetes role that takes a rule of ours over. `edit` has all of `view` and `admin` all of `edit` already, and
 * `edit` is more than `operate` (Kubernetes documentation, "User-facing roles").
 */
const aggregatedTo: Readonly<Record<TeamRole, string | undefined>> = { view: 'view', operate: undefined, edit: 'edit' }

/** The ClusterRoles that teams are given in their namespaces, and the policy that keeps restores of operators harmless. */
export class TeamRoles extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id)
    for (const role of ['view', 'operate', 'edit'] as const) this.#addRole(role)
    addAdmissionPolicy(this, plainRestores, { actions: ['Deny'], namespaceSelector: {} })
  }

  #addRole(role: TeamRole): void {
    const standard = aggregatedTo[role]
    const aggregation = standard === undefined ? {} : { [`rbac.authorization.k8s.io/aggregate-to-${standard}`]: 'true' }
    clusterScoped(
      new k8s.KubeClusterRole(this, role, {
        metadata: { name: teamRoleName(role), labels: { ...labelsOf('teams'), ...aggregation } },
        rules: [...teamRules[role]],
      }),
    )
  }
}
