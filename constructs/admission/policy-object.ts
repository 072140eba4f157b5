import { ApiObject } from 'cdk8s'
import type { Construct } from 'constructs'
import { apiGroup, apiVersion } from '../../lib/api/group.js'
import { clusterScoped } from '../metadata.js'
import { labelsOf } from '../system-labels.js'

/** One rule: CEL that is true for what may pass, and CEL that makes the sentence for what may not. */
export interface AdmissionRule {
  readonly expression: string
  readonly messageExpression: string
}

/** A ValidatingAdmissionPolicy for kinds of Holdfast. */
export interface AdmissionPolicy {
  readonly name: string
  /** Plurals of the kinds. */
  readonly resources: readonly string[]
  readonly variables: Readonly<Record<string, string>>
  readonly rules: readonly AdmissionRule[]
}

/** What an API server does with what breaks a rule. */
export type AdmissionAction = 'Deny' | 'Warn' | 'Audit'

const group = 'admissionregistration.k8s.io/v1'

/** A text as a CEL literal. */
export const celText = (text: string): string => JSON.stringify(text)
/** Texts as a CEL list. */
export const celList = (texts: readonly string[]): string => `[${texts.map(celText).join(', ')}]`

/** Writes a policy and its binding, with every field that the API server would fill in. */
export function addAdmissionPolicy(
  scope: Construct,
  policy: AdmissionPolicy,
  binding: { readonly actions: readonly AdmissionAction[]; readonly namespaceSelector: object },
): void {
  const { name } = policy
  const metadata = { name, labels: labelsOf('admission') }
  const add = (kind: string, spec: object) =>
    clusterScoped(new ApiObject(scope, `${kind}-${name}`, { apiVersion: group, kind, metadata, spec }))
  add('ValidatingAdmissionPolicy', policySpec(policy))
  add('ValidatingAdmissionPolicyBinding', {
    policyName: name,
    validationActions: [...binding.actions],
    matchResources: { matchPolicy: 'Equivalent', namespaceSelector: binding.namespaceSelector, objectSelector: {} },
  })
}

function policySpec({ resources, variables, rules }: AdmissionPolicy) {
  return {
    failurePolicy: 'Fail',
    matchConstraints: {
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      resourceRules: [
        {
          apiGroups: [apiGroup],
          apiVersions: [apiVersion.slice(apiGroup.length + 1)],
          operations: ['CREATE', 'UPDATE'],
          resources: [...resources],
          scope: '*',
        },
      ],
    },
    // Labels, finalizers and owners may be changed by programs that were never given anything here.
    matchConditions: [{ name: 'spec-is-new', expression: 'oldObject == null || object.spec != oldObject.spec' }],
    variables: Object.entries(variables).map(([variable, expression]) => ({ name: variable, expression })),
    validations: rules.map(rule => ({ ...rule, reason: 'Forbidden' })),
  }
}
