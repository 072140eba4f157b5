import type { JobTemplate } from '../../../lib/pod.js'
import type { Problem } from '../../../lib/problem.js'
import type { StepReport } from '../../../lib/report.js'
import type { AnySubject } from '../../../lib/variables.js'
import type { KubeObject } from '../../kube/object.js'
import type { EventNote } from '../event-recorder.js'
import type {
  ClaimObject,
  ConfigurationObject,
  JobObject,
  PodObject,
  RepositoryObject,
  SessionObject,
} from '../objects.js'
import type { Settings } from '../settings.js'
import type { SessionStatus } from './session-status.js'

/** What else goes on at the store of a session. */
export interface StoreActivity {
  /** Other sessions that have begun there and have not ended. */
  readonly active: readonly SessionObject[]
  /** Other sessions that wait there and are older. */
  readonly olderWaiting: number
  /** A maintain Job is under way. */
  readonly maintaining: boolean
  /** Maintenance is overdue and new sessions make room for it, until this time. */
  readonly makeRoomUntil?: Date
}

/** The template that would run, or why none would. */
export type TemplateVerdict =
  | {
      readonly ok: true
      readonly template: JobTemplate
      readonly functionsChanged: boolean
      readonly committed: boolean
    }
  | {
      readonly ok: false
      readonly reason:
        | 'TemplateStale'
        | 'TemplateRejected'
        | 'ImageNotTrusted'
        | 'TaskNotFound'
        | 'SecretNameRequired'
        | 'TaskInvalid'
        | 'InvalidSpec'
      readonly problems: readonly Problem[]
    }

/** Everything that the decision about one session is made from; gathered by reads alone. */
export interface SessionObserved {
  readonly now: Date
  readonly settings: Settings
  readonly session: SessionObject
  /** The configuration of a backup; undefined when it is gone. */
  readonly configuration?: ConfigurationObject | undefined
  readonly repository?: RepositoryObject | undefined
  /** Labels of the session’s namespace. */
  readonly namespaceLabels: Readonly<Record<string, string>>
  readonly subject?: AnySubject | undefined
  readonly template?: TemplateVerdict | undefined
  readonly claim?: ClaimObject | undefined
  readonly interimClaim?: ClaimObject | undefined
  readonly job?: JobObject | undefined
  readonly pod?: PodObject | undefined
  /** Why Kubernetes makes no pod for the Job, in its own words. */
  readonly podRefusal?: string | undefined
  readonly finishJob?: JobObject | undefined
  readonly finishPod?: PodObject | undefined
  /** Tells how the session ended. */
  readonly notifyJob?: JobObject | undefined
  readonly notifyPod?: PodObject | undefined
  /** Other sessions of the same configuration. */
  readonly siblings: readonly SessionObject[]
  readonly store: StoreActivity
  /** Another session that has the claim: `Kind name`. */
  readonly claimUser?: string | undefined
  /** Another configuration with the same repository, host and path, which came first: `namespace/name`. */
  readonly rival?: string | undefined
  /** Node of the pod that uses a claim which only one node can mount. */
  readonly node?: string | undefined
}

/** What a report taught about the repository; written to its status before the session’s own. */
export interface RepositoryFacts {
  readonly report: StepReport
  /** Whether a backup was stored and confirmed. */
  readonly stored: boolean
}

export type Effect =
  | { readonly do: 'create-job'; readonly job: KubeObject }
  | { readonly do: 'create-claim'; readonly claim: KubeObject }
  | { readonly do: 'delete-job'; readonly job: JobObject }
  | { readonly do: 'delete-claim'; readonly claim: ClaimObject }
  | { readonly do: 'adopt'; readonly owner: KubeObject }

/** What is to be done about a session: its status, at most one effect after it, and when to look again. */
export interface Decision {
  /** Name of the check that decided. */
  readonly check: string
  readonly status: SessionStatus
  readonly effect?: Effect
  readonly events?: readonly EventNote[]
  readonly requeueAt?: Date
  readonly learned?: RepositoryFacts
  /** The session ended without any step that could push: the controller pushes its metrics itself. */
  readonly push?: boolean
}

/** One named check: a decision, or nothing when it does not apply. */
export interface Check {
  readonly name: string
  readonly decide: (observed: SessionObserved) => Omit<Decision, 'check'> | undefined
}
