import type { Construct } from 'constructs'
import { z } from 'zod'
import { backupConfigurationKind, restoreSessionKind } from '../lib/api/kinds.js'
import { type LabelSelector, labelSelectorSchema } from '../lib/api/selector.js'
import { dnsName, line, word } from '../lib/api/text.js'
import type { Problem } from '../lib/problem.js'
import { rule } from '../lib/schema/rule.js'
import { validateObject } from '../lib/schema/validate.js'
import { repositoryFoldersPolicy } from './admission/folders.js'
import { templateRules, templateVariables } from './admission/job-templates.js'
import { type AdmissionAction, type AdmissionPolicy, addAdmissionPolicy } from './admission/policy-object.js'
import { repositoryUse } from './admission/repository-use.js'
import { requestRules, requestVariables } from './admission/requests.js'
import { type AllowedSettings, settingsRules, settingsVariables } from './admission/settings.js'
import { CheckedConstruct } from './checked-construct.js'

export interface AdmissionPoliciesProps {
  /** Asks for the RBAC verb `use` on a Repository from whoever names it; `RepositoryAccess` gives it. @default true */
  readonly repositoryUse?: boolean
  /** What policies and restores may ask for. @default - not looked at */
  readonly settings?: AllowedSettings
  /** What happens to what breaks a rule. @default - Deny */
  readonly actions?: readonly AdmissionAction[]
  /** Namespaces where the rules hold. @default - all */
  readonly namespaceSelector?: LabelSelector
}

const names = z.union([z.literal('any'), z.array(dnsName()).max(64)]).optional()
const key = line(316).regex(/^[A-Za-z0-9._/-]*$/, 'a label or taint key')
const keys = z.union([z.literal('any'), z.array(key).max(64)]).optional()
const folder = word(1280).regex(/^[^/'\\]*\/[^'\\]*$/, 'an absolute folder, or server:/folder, without quotes')

const settingsSchema = z.strictObject({
  nodeNames: names,
  nodeLabels: keys,
  tolerations: keys,
  priorityClasses: names,
  runtimeClasses: names,
  schedulers: names,
  imagePullSecrets: names,
  secrets: names,
  privileges: z
    .array(z.enum(['restricted', 'read-any-file']))
    .max(2)
    .optional(),
  serviceAccounts: names,
  repositoryFolders: z.array(folder).max(64).optional(),
})

const propsSchema = z.strictObject({
  repositoryUse: z.boolean().optional(),
  settings: settingsSchema.optional(),
  actions: rule(
    z
      .array(z.enum(['Deny', 'Warn', 'Audit']))
      .min(1)
      .max(2),
    {
      cel: "!('Deny' in self && 'Warn' in self)",
      message: 'Deny and Warn together: what is denied needs no warning',
      check: actions => !(actions.includes('Deny') && actions.includes('Warn')),
    },
  ).optional(),
  namespaceSelector: labelSelectorSchema.optional(),
})

/**
 * ValidatingAdmissionPolicies (Kubernetes 1.30 and newer): the API server itself says no to a policy or a restore that
 * names a Repository of somebody else’s or asks for more than the cluster allows. They come beside what the controller
 * asks for every session, not in its place: under GitOps the requester is the tool.
 */
export class AdmissionPolicies extends CheckedConstruct {
  readonly #props: AdmissionPoliciesProps

  constructor(scope: Construct, id: string, props: AdmissionPoliciesProps = {}) {
    super(scope, id)
    this.#props = props
    const { actions = ['Deny'], namespaceSelector = {} } = props
    for (const policy of policiesFor(props)) addAdmissionPolicy(this, policy, { actions, namespaceSelector })
  }

  protected findProblems(): Problem[] {
    return validateObject({ spec: propsSchema }, { spec: this.#props }, this.node.path).map(problem => ({
      ...problem,
      path: problem.path.replace(/^spec\./, ''),
    }))
  }
}

function policiesFor({ repositoryUse: asksForUse = true, settings }: AdmissionPoliciesProps): AdmissionPolicy[] {
  const plurals = [backupConfigurationKind.plural, restoreSessionKind.plural]
  const allowed: AdmissionPolicy[] =
    settings === undefined
      ? []
      : [
          {
            name: 'holdfast-settings',
            resources: plurals,
            variables: { ...requestVariables, ...settingsVariables },
            rules: [...settingsRules(settings), ...requestRules(settings.secrets)],
          },
          {
            name: 'holdfast-job-templates',
            resources: [backupConfigurationKind.plural],
            variables: templateVariables,
            rules: templateRules(settings),
          },
          repositoryFoldersPolicy(settings.repositoryFolders ?? []),
        ]
  return [...(asksForUse ? [repositoryUse] : []), ...allowed]
}
