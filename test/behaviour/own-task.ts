import type { Chart } from 'cdk8s'
import { Function as HoldfastFunction, Task, type TaskStep } from '../../constructs/index.js'
import { scratchPath, secretPath } from '../../lib/api/group.js'
import { builtInFunctions } from '../../lib/built-ins.js'
import { FUNCTIONS, TASKS } from '../../runtime/controller/objects.js'
import { isNotFound } from '../../runtime/kube/api-error.js'
import type { World } from './world.js'

/** A step of a user: a shell script in Holdfast’s image, unless it names another. */
export interface ScriptStep {
  readonly name: string
  /** POSIX shell; `${VARIABLE}` is Holdfast’s, `$${VARIABLE}` the shell’s. */
  readonly script: string
  readonly image?: string
  /** Mounts the claim, for writing. */
  readonly target?: boolean
  /** Mounts the repository and its Secret. */
  readonly repository?: boolean
  /** Memory limit. */
  readonly memory?: string
  /** The ServiceAccount that it asks the Kubernetes API as. */
  readonly serviceAccount?: string
}

/** A built-in Function as an administrator changed it. */
export interface ChangedStep {
  readonly name: string
  readonly of: 'pvc-backup' | 'pvc-restore' | 'update-status'
  /** Further arguments. */
  readonly args: readonly string[]
}

export type Step = ScriptStep | ChangedStep | 'pvc-backup' | 'pvc-restore' | 'update-status'

/** Functions and Tasks belong to the whole cluster: those of a test carry its namespace, and go with it. */
const made: { readonly resource: typeof TASKS; readonly name: string }[] = []

/** A Task of the test’s own. The target is mounted read-only, unless a step writes to it. */
export function ownTask(chart: Chart, image: string, name: string, steps: readonly Step[]): Task {
  const own = `${chart.namespace}-${name}`
  const writes = steps.some(
    step => step === 'pvc-restore' || (typeof step === 'object' && 'target' in step && step.target),
  )
  made.push({ resource: TASKS, name: own })
  return new Task(chart, `task-${own}`, {
    metadata: { name: own },
    steps: steps.map(step => {
      if (typeof step === 'string') return builtIn(step)
      return 'of' in step ? changed(chart, step) : scripted(chart, image, step)
    }),
    volumes: [
      { name: 'target-volume', persistentVolumeClaim: { claimName: '${TARGET_NAME}', readOnly: !writes } },
      { name: 'secret-volume', secret: { secretName: '${REPOSITORY_SECRET_NAME}', optional: true } },
    ],
  })
}

function builtIn(step: string): TaskStep {
  const params = { outputDir: `${scratchPath}/output`, secretVolume: 'secret-volume' }
  return { function: step, params: step === 'update-status' ? params : { ...params, targetVolume: 'target-volume' } }
}

function changed(chart: Chart, { name, of, args }: ChangedStep): TaskStep {
  const spec = builtInFunctions[of]
  if (spec === undefined) throw new Error(`there is no built-in Function ${of}`)
  const own = `${chart.namespace}-${name}`
  made.push({ resource: FUNCTIONS, name: own })
  const metadata = { name: own }
  const definition = new HoldfastFunction(chart, `function-${own}`, {
    ...spec,
    args: [...(spec.args ?? []), ...args],
    metadata,
  })
  return { ...builtIn(of), function: definition }
}

function scripted(chart: Chart, ownImage: string, step: ScriptStep): TaskStep {
  const { name, script, image = ownImage, target = false, repository = false, memory, serviceAccount } = step
  const own = `${chart.namespace}-${name}`
  made.push({ resource: FUNCTIONS, name: own })
  const mounts = [
    ...(target ? [{ name: 'target-volume', mountPath: '${TARGET_MOUNT_PATH}' }] : []),
    ...(repository ? [{ name: 'secret-volume', mountPath: secretPath, readOnly: true }] : []),
  ]
  const definition = new HoldfastFunction(chart, `function-${own}`, {
    metadata: { name: own },
    image,
    command: ['sh', '-c'],
    args: [script],
    ...(mounts.length === 0 ? {} : { volumeMounts: mounts }),
    ...(serviceAccount === undefined ? {} : { kubernetesAccess: { serviceAccountName: serviceAccount } }),
    ...(memory === undefined ? {} : { runtimeSettings: { resources: { limits: { memory } } } }),
  })
  return { function: definition }
}

/** Removes every Function and Task that {@link ownTask} wrote. */
export async function removeOwnTasks(world: World): Promise<void> {
  for (const { resource, name } of made.splice(0)) {
    await world.client.delete(resource, name, undefined).catch(error => {
      if (!isNotFound(error)) throw error
    })
  }
}

/** A script that does nothing for a while, and ends at once when it is told to. */
export const idle = (seconds: number): string => `trap 'exit 143' TERM; sleep ${seconds} & wait`
