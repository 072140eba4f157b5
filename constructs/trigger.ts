import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { apiGroup, labels, managedBy } from '../lib/api/group.js'
import { backupSessionKind } from '../lib/api/kinds.js'
import type { Resources } from '../lib/api/resources.js'
import type { PodSettings } from '../lib/api/runtime-settings.js'
import { tryParseDuration } from '../lib/duration.js'
import { labelValue, triggerName } from '../lib/names.js'
import { settingsOfTriggerPod } from '../lib/settings.js'
import { fromField, placedBy, resourceList, restrictedContainer, restrictedPod, runsAs } from './restricted-pod.js'

/** The pod that a CronJob starts to create a session; what admits and places it is the policy’s `runtimeSettings.pod`. */
export interface TriggerProps {
  /** A ServiceAccount that exists; it is bound to the policy’s Role. @default - one for this policy */
  readonly serviceAccountName?: string
  /** Requests and limits. @default - 10m and 64Mi requested, 128Mi at most */
  readonly resources?: Resources
}

/** What a trigger is for. */
export interface TriggerSubject {
  readonly configuration: string
  readonly namespace: string | undefined
  readonly schedule: string
  readonly timeZone: string
  readonly paused: boolean
  readonly startingDeadline: string
  readonly image: string
  /** Settings of the policy’s pods. */
  readonly pod?: PodSettings | undefined
}

/** The objects of a trigger; all share one name. */
export interface Trigger {
  readonly cronJob: k8s.KubeCronJob
  /** Absent when an existing one is used. */
  readonly serviceAccount: k8s.KubeServiceAccount | undefined
  readonly role: k8s.KubeRole
  readonly roleBinding: k8s.KubeRoleBinding
}

/** Seconds that a trigger pod may take; its one request is either answered soon or worth another pod. */
const podDeadline = 300
const defaultResources: Resources = { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '128Mi' } }

/** Writes the CronJob that creates a configuration’s sessions, with a ServiceAccount that can do that and nothing else. */
export function addTrigger(scope: Construct, subject: TriggerSubject, props: TriggerProps = {}): Trigger {
  const name = triggerName(subject.configuration)
  const own = ownLabels(subject.configuration)
  const metadata = { name, ...(subject.namespace === undefined ? {} : { namespace: subject.namespace }), labels: own }
  const account = props.serviceAccountName ?? name
  const cronJob = new k8s.KubeCronJob(scope, 'CronJob', { metadata, spec: cronJobSpec(subject, props, account) })
  const serviceAccount =
    props.serviceAccountName === undefined
      ? new k8s.KubeServiceAccount(scope, 'ServiceAccount', { metadata, automountServiceAccountToken: false })
      : undefined
  const role = new k8s.KubeRole(scope, 'Role', {
    metadata,
    rules: [{ apiGroups: [apiGroup], resources: [backupSessionKind.plural], verbs: ['create'] }],
  })
  const roleBinding = new k8s.KubeRoleBinding(scope, 'RoleBinding', {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [
      {
        kind: 'ServiceAccount',
        name: account,
        ...(subject.namespace === undefined ? {} : { namespace: subject.namespace }),
      },
    ],
  })
  return { cronJob, serviceAccount, role, roleBinding }
}

function ownLabels(configuration: string): Record<string, string> {
  return {
    [labels.managedBy]: managedBy,
    [labels.component]: 'trigger',
    [labels.configuration]: labelValue(configuration),
  }
}

// Every field that the API server would fill in is written, so that nothing is left to differ from git.
function cronJobSpec(subject: TriggerSubject, props: TriggerProps, account: string): k8s.CronJobSpec {
  const own = ownLabels(subject.configuration)
  return {
    schedule: subject.schedule,
    timeZone: subject.timeZone,
    suspend: subject.paused,
    concurrencyPolicy: 'Forbid',
    startingDeadlineSeconds: Math.round((tryParseDuration(subject.startingDeadline) ?? 0) / 1000),
    successfulJobsHistoryLimit: 1,
    failedJobsHistoryLimit: 3,
    jobTemplate: {
      metadata: { labels: own },
      spec: {
        backoffLimit: 3,
        activeDeadlineSeconds: podDeadline,
        template: {
          metadata: { labels: own },
          spec: {
            ...restrictedPod(),
            ...runsAs(account),
            ...placedBy(settingsOfTriggerPod(subject.pod)),
            automountServiceAccountToken: true,
            restartPolicy: 'Never',
            terminationGracePeriodSeconds: 30,
            containers: [container(subject, props)],
          },
        },
      },
    },
  }
}

function container(subject: TriggerSubject, props: TriggerProps): k8s.Container {
  return {
    name: 'trigger',
    image: subject.image,
    args: [
      'trigger',
      `--configuration=${subject.configuration}`,
      `--cron-job=${triggerName(subject.configuration)}`,
      '--job-name=$(JOB_NAME)',
      '--namespace=$(NAMESPACE)',
    ],
    env: [
      fromField('JOB_NAME', "metadata.labels['batch.kubernetes.io/job-name']"),
      fromField('NAMESPACE', 'metadata.namespace'),
    ],
    ...restrictedContainer(resourceList(props.resources ?? defaultResources)),
  }
}
