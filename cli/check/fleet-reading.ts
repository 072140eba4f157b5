import { type ManifestFiles, manifestFileSteps } from '../../constructs/manifest-files.js'
import { knownOperators } from '../../lib/coverage/operators/known-operators.js'
import { type Fleet, fleetOf } from '../../lib/fleet/fleet.js'
import type { ProgressLine } from '../display/progress-line.js'

const pause = 100

/** The fleet of folders and files, read with pauses in which progress is shown and an interruption is heard. */
export async function fleetAt(
  places: readonly string[],
  exclude: readonly string[],
  progress: ProgressLine,
): Promise<Fleet> {
  const { manifests, problems } = await filesOf(places, exclude, progress)
  await progress.say(`judging ${manifests.length} objects`)
  const fleet = fleetOf(manifests, { volumeTemplates: knownOperators })
  return { ...fleet, problems: [...problems, ...fleet.problems] }
}

async function filesOf(
  places: readonly string[],
  exclude: readonly string[],
  progress: ProgressLine,
): Promise<ManifestFiles> {
  await progress.say('looking for manifests')
  const steps = manifestFileSteps(places, { exclude })
  let paused = performance.now()
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (performance.now() - paused < pause) continue
    await progress.say(`reading ${step.value.read} of ${step.value.files} files`)
    paused = performance.now()
  }
}
