import { ApiObject } from 'cdk8s'
import type { BackupConfigurationSpec } from '../lib/api/backup-configuration.js'
import type { ReadAs } from '../lib/api/mover.js'
import { fieldAt, type ManifestObject, textOf } from '../lib/fleet/manifest.js'
import { formatProblem, type Problem } from '../lib/problem.js'
import { deriveReadAs, type MoverTask } from '../lib/read-as/derive.js'
import { moverOf, remedyFor, whyUnreadable } from '../lib/read-as/mover.js'
import { volumeOf } from '../lib/read-as/workload.js'
import { readManifestFiles } from './manifest-files.js'
import type { ObjectMetadata } from './metadata.js'
import type { ITask } from './task.js'

/** The manifest of a Pod, or of anything with a pod template: Deployment, StatefulSet, DaemonSet, Job, CronJob, …. */
export interface WorkloadManifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly spec?: unknown
}

/** A workload: its manifest, a construct that writes one, or a file or folder with the workload that mounts the claim. */
export type Workload = WorkloadManifest | ApiObject | string

/** The props of a policy that decide who its mover is. */
interface IdentityProps {
  readonly metadata?: ObjectMetadata
  readonly claim: string | { readonly name: string }
  readonly task?: ITask
  readonly workload?: Workload
  readonly readAs?: BackupConfigurationSpec['readAs']
  readonly privileges?: BackupConfigurationSpec['privileges']
  readonly runtimeSettings?: BackupConfigurationSpec['runtimeSettings']
}

/** Who the mover is, and what is wrong with that. */
export interface ReadAsDecision {
  readonly readAs: ReadAs | undefined
  readonly message: string | undefined
}

/** The mover’s identity of a policy: what it states, and for the rest what its workload says. */
export function decideReadAs(props: IdentityProps, task: MoverTask): ReadAsDecision {
  const { workload, readAs: stated, privileges, runtimeSettings, task: custom } = props
  const claim = typeof props.claim === 'string' ? props.claim : props.claim?.name
  if (workload === undefined || privileges === 'read-any-file' || claim === undefined) {
    return { readAs: stated, message: undefined }
  }
  const found = manifestOf(workload, claim, props.metadata?.namespace)
  if (typeof found === 'string') return { readAs: stated, message: found }
  const derived = deriveReadAs(found, claim, task)
  if (!derived.ok && stated?.user === undefined) return { readAs: stated, message: derived.message }
  const readAs = { ...(derived.ok ? derived.readAs : {}), ...stated }
  // What a restore writes belongs to the mover, whoever wrote it before.
  if (task === 'restore') return { readAs, message: undefined }
  const taskRef = custom === undefined ? {} : { task: { name: custom.name } }
  const mover = moverOf({ readAs, ...taskRef, ...(runtimeSettings === undefined ? {} : { runtimeSettings }) })
  const why = mover === undefined ? undefined : whyUnreadable(mover, found, claim)
  return { readAs, message: why === undefined ? undefined : `${why}. ${remedyFor(found, claim)}` }
}

/** HF5106 when the mover of a policy cannot be who its workload asks for. */
export function workloadProblems(object: string, props: IdentityProps, task: MoverTask): Problem[] {
  const { message } = decideReadAs(props, task)
  const path = props.readAs === undefined ? 'workload' : 'spec.readAs'
  return message === undefined ? [] : [{ code: 'HF5106', object, path, message }]
}

/** The workload’s manifest, or why there is none. */
function manifestOf(workload: Workload, claim: string, namespace: string | undefined): ManifestObject | string {
  if (typeof workload === 'string') return manifestIn(workload, claim, namespace)
  const object: unknown = isApiObject(workload) ? workload.toJson() : workload
  if (textOf(fieldAt(object, 'kind')) !== undefined && textOf(fieldAt(object, 'metadata', 'name')) !== undefined) {
    return object as ManifestObject
  }
  return 'expected the manifest of a workload (an object with kind and metadata.name), a construct, or a file'
}

const isApiObject = (workload: unknown): workload is ApiObject =>
  typeof workload === 'object' && workload !== null && ApiObject.isApiObject(workload)

function manifestIn(place: string, claim: string, namespace: string | undefined): ManifestObject | string {
  const { manifests, problems } = readManifestFiles([place])
  const [problem] = problems
  if (problem !== undefined) return `its workload cannot be read: ${formatProblem(problem)}`
  const matching = manifests
    .map(({ object }) => object)
    .filter(({ metadata }) => namespace === undefined || (metadata.namespace ?? namespace) === namespace)
    .filter(object => volumeOf(object, claim) !== undefined)
  const [only, ...others] = matching
  if (only === undefined) return `no workload in ${place} mounts claim '${claim}' for writing`
  if (others.length === 0) return only
  const names = matching.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ')
  return `more than one workload in ${place} mounts claim '${claim}' (${names}); give the file of the one that writes`
}
