import { annotations, labels, managedBy } from './api/group.js'
import { digestOf } from './digest.js'
import { tryParseDuration } from './duration.js'
import { isUnder } from './folder.js'
import { hostOf } from './identity.js'
import { inputHash } from './input-hash.js'
import { mountConflicts } from './mount-conflicts.js'
import type { JobTemplate } from './pod.js'
import { assemblePod } from './pod-assembly.js'
import type { Problem } from './problem.js'
import { defaultStartDeadline, jobDeadlineMargin, jobPolicy } from './resolver-defaults.js'
import { resolveSteps } from './steps.js'
import type { TaskSource } from './task-source.js'
import { type AnySubject, ruleFor, systemVariables, targetMountPath } from './variables.js'

export type Resolution =
  | { readonly ok: true; readonly template: JobTemplate }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Task, Functions and variables to a Job template: one pure function for compiler and controller, so that what was
 * reviewed and what runs cannot disagree. Reports every problem at once.
 */
export function resolve(subject: AnySubject, task: TaskSource): Resolution {
  const problems: Problem[] = []
  const object = `${subject.kind} ${subject.namespace}/${subject.name}`
  checkSubject(subject, object, problems)
  const steps = resolveSteps(subject, task, { variables: systemVariables(subject), object, problems })
  if (problems.length > 0) return { ok: false, problems }
  const { pod, podLabels, podAnnotations } = assemblePod(subject, steps, object, problems)
  if (problems.length > 0) return { ok: false, problems }
  const own = ownLabels(subject)
  const startDeadline = seconds(subject.spec.startDeadline ?? defaultStartDeadline)
  return {
    ok: true,
    template: {
      metadata: {
        labels: own,
        annotations: {
          [annotations.inputHash]: inputHash(subject),
          [annotations.functionsHash]: functionsHash(task),
        },
      },
      spec: {
        ...jobPolicy,
        activeDeadlineSeconds: pod.activeDeadlineSeconds + startDeadline + jobDeadlineMargin,
        template: {
          metadata: {
            labels: { ...podLabels, ...own },
            ...(podAnnotations === undefined ? {} : { annotations: podAnnotations }),
          },
          spec: pod,
        },
      },
    },
  }
}

/** Digest of a Task and the Functions it names: tells whether a committed template was made from the present ones. */
export function functionsHash(task: TaskSource): string {
  const used = Object.fromEntries(task.spec.steps.map(step => [step.name, task.functions[step.name]]))
  return digestOf({ task: task.spec, functions: used })
}

function ownLabels(subject: AnySubject): Record<string, string> {
  const role = subject.kind === 'BackupConfiguration' ? 'backup' : 'restore'
  return { [labels.managedBy]: managedBy, [labels.component]: role, [labels.job]: role }
}

// What no schema can see: it takes the Repository, or two fields of different objects.
function checkSubject(subject: AnySubject, object: string, problems: Problem[]): void {
  const { repository, spec, namespace } = subject
  if (repository.namespace !== namespace && spec.repository.secretName === undefined) {
    const message = `Repository ${repository.namespace}/${repository.name} is of another namespace; name a Secret of ${namespace} with the same keys`
    problems.push({ code: 'HF3004', object, path: 'spec.repository.secretName', message })
  }
  if (repository.namespace !== namespace && repository.spec.backend.local?.persistentVolumeClaim !== undefined) {
    const message = `a claim-backed Repository can be used only in its own namespace ${repository.namespace}; got ${namespace}`
    problems.push({ code: 'HF3004', object, path: 'spec.repository.namespace', message })
  }
  problems.push(...mountConflicts(subject, object))
  if (subject.kind === 'RestoreSession') checkRestore(subject, object, problems)
}

function checkRestore(
  subject: Extract<AnySubject, { kind: 'RestoreSession' }>,
  object: string,
  problems: Problem[],
): void {
  const { spec } = subject
  const host = hostOf(spec.target, subject.namespace, subject.repository.spec.clusterName)
  if (ruleFor(host, spec.target.rules) === undefined) {
    const message = `no rule is for host '${host}'; name it in targetHosts, or leave targetHosts out of one rule`
    problems.push({ code: 'HF1003', object, path: 'spec.target.rules', message })
  }
  const mountPath = targetMountPath(spec.target)
  if (spec.destination !== undefined && !isUnder(spec.destination, mountPath)) {
    const message = `'${spec.destination}' is outside the mount path '${mountPath}'; a restore never writes anywhere else`
    problems.push({ code: 'HF1006', object, path: 'spec.destination', message })
  }
}

const seconds = (duration: string): number => Math.max(1, Math.round((tryParseDuration(duration) ?? 0) / 1000))
