import { namespaceOf } from '../fleet/claim.js'
import { fieldAt, type Manifest } from '../fleet/manifest.js'
import type { FleetPolicy } from '../fleet/policy.js'
import type { PodTemplate } from '../pod-security/baseline.js'
import { restrictedViolations } from '../pod-security/restricted.js'
import { addedCapabilities } from '../security-context.js'
import { enumeration } from './amount.js'
import { type Change, positionsOf } from './change.js'
import type { Comparison } from './comparison.js'
import { detail, detailsOf, differencesIn } from './difference.js'
import { isOurPair } from './manifest-pair.js'
import type { PolicyPair } from './policy-pair.js'
import { policySubject } from './policy-pair.js'

/** Which pods may do more on their nodes or to files than before, and which movers run as somebody else. */
export function privilegeChanges(comparison: Comparison): Change[] {
  const { pairs, added } = comparison.policies
  return [
    ...pairs.flatMap(pair => [...policyPrivileges(pair.before, pair.after, pair), ...identityChange(pair)]),
    ...added.flatMap(policy => policyPrivileges(undefined, policy, undefined)),
    ...workloadPrivileges(comparison),
  ]
}

function policyPrivileges(before: FleetPolicy | undefined, after: FleetPolicy, pair: PolicyPair | undefined): Change[] {
  const own = pair === undefined ? [] : differencesIn(pair.differences, 'spec.privileges')
  if (pair !== undefined && own.length === 0 && before?.jobTemplate === after.jobTemplate) return []
  const [old, fresh] = [before === undefined ? new Set<string>() : powersOf(before), powersOf(after)]
  const raised = [...fresh].filter(power => !old.has(power))
  const lowered = [...old].filter(power => !fresh.has(power))
  const common = {
    subject: policySubject(after),
    details: [...detailsOf(own), ...powerDetails(raised, lowered)],
    positions: positionsOf(before, after),
  }
  if (raised.length > 0) {
    const any = after.spec.privileges === 'read-any-file'
    const why = any ? 'reads any file of the volume' : 'may do more than its spec says'
    return [
      {
        ...{ ...common, severity: 'danger', kind: 'privileges-raised' },
        sentence: `The mover ${before === undefined ? '' : 'now '}${why}: ${enumeration(raised)}.`,
        advice: any
          ? 'Where one user owns the files, readAs with that user is enough.'
          : 'Compare the committed Job with a fresh synth; the controller refuses what the spec does not ask for.',
      },
    ]
  }
  if (own.length === 0 && lowered.length === 0) return []
  const sentence = `The mover may do less than before: it loses ${enumeration(lowered)}.`
  const advice = 'Files that only root can read make its backups partial.'
  return [{ ...common, severity: 'notice', kind: 'privileges-lowered', sentence, advice }]
}

function powerDetails(raised: readonly string[], lowered: readonly string[]) {
  return [
    ...lowered.map(power => detail('may', power, undefined)),
    ...raised.map(power => detail('may', undefined, power)),
  ]
}

/** What a mover may do beyond Pod Security `restricted`, from its spec and from its committed Job. */
function powersOf({ spec, jobTemplate }: FleetPolicy): Set<string> {
  const root = spec.privileges === 'read-any-file'
  const capabilities = addedCapabilities('BackupConfiguration', spec.privileges)
  const asked = root ? ['run as root', ...capabilities.map(capability => `use the capability ${capability}`)] : []
  const template = fieldAt(jobTemplate, 'spec', 'template')
  const committed = template === undefined ? [] : podPowers({ spec: fieldAt(template, 'spec') })
  return new Set([...asked, ...committed.filter(power => !root || !expectedOfRoot(power))])
}

// What `read-any-file` itself writes into the Job; the spec’s own words already say it.
const expectedOfRoot = (power: string) =>
  /^break ‘Running as Non-root( user)?’/.test(power) ||
  (/^break ‘Capabilities’/.test(power) && !(power.match(/"[A-Z_]{3,}"/g) ?? []).some(each => !rootMay.has(each)))
const rootMay = new Set(
  ['ALL', 'NET_BIND_SERVICE', ...addedCapabilities('BackupConfiguration', 'read-any-file')].map(each => `"${each}"`),
)

/** What a pod may do beyond Pod Security `restricted`. */
export function podPowers(pod: PodTemplate): string[] {
  const broken = restrictedViolations(pod).map(
    ({ control, field, message }) => `break ‘${control}’ (${field} ${message})`,
  )
  const token = fieldAt(pod.spec, 'automountServiceAccountToken') === false ? [] : ['use a token of the Kubernetes API']
  return [...broken, ...token]
}

const identityFields = [
  'spec.readAs',
  'spec.runtimeSettings.container.securityContext',
  'spec.runtimeSettings.pod.securityContext',
]

function identityChange({ before, after, subject, differences }: PolicyPair): Change[] {
  const own = differencesIn(differences, ...identityFields)
  if (own.length === 0) return []
  const words = own.map(({ path, before: old, after: fresh }) => {
    const name = path.slice(path.lastIndexOf('.') + 1)
    return `${name} ${JSON.stringify(fresh) ?? 'unset'} instead of ${JSON.stringify(old) ?? 'unset'}`
  })
  return [
    {
      ...{ severity: 'warning', kind: 'identity-changed', subject, details: detailsOf(own) },
      sentence: `The mover runs as somebody else: ${enumeration(words)}.`,
      positions: positionsOf(before, after),
      advice: 'Files that this user cannot read make a backup partial.',
    },
  ]
}

const podPaths: Readonly<Record<string, readonly string[]>> = {
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  Deployment: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  Job: ['spec', 'template'],
}

/** The pod that an object starts; undefined for one that starts none. */
export function podTemplateOf(manifest: Manifest | undefined): PodTemplate | undefined {
  const path = manifest === undefined ? undefined : podPaths[manifest.object.kind]
  const spec = path === undefined ? undefined : fieldAt(manifest?.object, ...path, 'spec')
  return spec === undefined ? undefined : { spec }
}

/** Objects of the system: controller, triggers, Pushgateway. */
function workloadPrivileges({ manifests }: Comparison): Change[] {
  return [...manifests.values()].flat().flatMap((pair): Change[] => {
    const [old, fresh] = [podTemplateOf(pair.before), podTemplateOf(pair.after)]
    if (fresh === undefined || pair.after === undefined || !isOurPair(pair)) return []
    // That triggers and the controller talk to the API is what they are for; their roles are judged on their own.
    const known = new Set(old === undefined ? ['use a token of the Kubernetes API'] : podPowers(old))
    const raised = podPowers(fresh).filter(power => !known.has(power))
    if (raised.length === 0) return []
    const { object } = pair.after
    return [
      {
        ...{ severity: 'danger', kind: 'privileges-raised', details: powerDetails(raised, []) },
        subject: `${object.kind} ${namespaceOf(object)}/${object.metadata.name}`,
        sentence: `Its pods may do more than before: ${enumeration(raised)}.`,
        positions: positionsOf(pair.before, pair.after),
      },
    ]
  })
}
