import { App } from 'cdk8s'
import type { Construct } from 'constructs'
import type { ClaimExemption } from '../lib/coverage/exemption.js'
import { knownOperators } from '../lib/coverage/operators/known-operators.js'
import { parseDay } from '../lib/day.js'
import { checkFleet, type FleetCheckOptions } from '../lib/fleet/check.js'
import type { VolumeTemplates } from '../lib/fleet/claim.js'
import { type Fleet as FleetModel, fleetOf } from '../lib/fleet/fleet.js'
import type { Problem } from '../lib/problem.js'
import { type AppManifests, manifestsBelow } from './app-manifests.js'
import { CheckedConstruct } from './checked-construct.js'
import { readManifestFiles } from './manifest-files.js'
import { commandRun } from './synth/command-run.js'

export interface FleetProps extends Pick<FleetCheckOptions, 'partial' | 'rules' | 'waivers'> {
  /**
   * Folders and files with what else is in git: the manifests of the applications. Relative to the working directory.
   * @default - only what the app itself writes
   */
  readonly manifests?: readonly string[]
  /** Folders and files that are not read. The app’s output never is. @default - none */
  readonly exclude?: readonly string[]
  /** Claims that nobody has to back up, beside those with the annotations. @default - none */
  readonly exemptions?: readonly ClaimExemption[]
  /** Claims that operators make from their own objects. @default knownOperators */
  readonly volumeTemplates?: readonly VolumeTemplates[]
  /**
   * The day on which exemptions and waivers are judged. One that ends makes the first synth after its last day fail.
   * @default - the context `holdfast.dev/today`, else the variable HOLDFAST_TODAY, else the present day
   */
  readonly today?: Date
}

/** The context that sets the day on which a fleet is judged: a date, `2027-06-30`. */
export const todayContext = 'holdfast.dev/today'

interface Reading extends AppManifests {
  readonly model: FleetModel
}

/**
 * Proves, whenever the app is synthesized, that each claim in git is backed up or exempt, and that the policies agree
 * with each other and with the workloads. What stands against it is reported with all other problems of the app, and
 * then no file is written.
 */
export class Fleet extends CheckedConstruct {
  readonly #props: FleetProps
  #reading: Reading | undefined
  #found: readonly Problem[] | undefined

  constructor(scope: Construct, id: string, props: FleetProps = {}) {
    super(scope, id)
    this.#props = props
  }

  /** Everything that the app and the folders say about volumes and their backups, at the moment. */
  get model(): FleetModel {
    return this.#read().model
  }

  protected findProblems(): Problem[] {
    const { model, judged, manifests } = this.#read()
    const { exemptions = [], partial = false, rules = [], waivers = [] } = this.#props
    const today = this.#today()
    if (today === undefined) return [this.#notADay()]
    const own = new Set(manifests.map(({ position }) => position))
    this.#found ??= checkFleet(model, {
      today,
      exemptions: exemptions.map(each => this.#placed(each)),
      partial,
      rules,
      waivers,
    })
    return this.#found.filter(problem => !isToldAlready(problem, judged, own))
  }

  // cdk8s validates the whole app once per chart, and all of it in one turn of the event loop.
  #read(): Reading {
    if (this.#reading !== undefined) return this.#reading
    const app = manifestsBelow(this.node.root)
    const files = readManifestFiles(this.#props.manifests ?? [], { exclude: this.#excluded() })
    const { volumeTemplates = knownOperators } = this.#props
    // The app’s own come first, so that a file which repeats one of them is what is reported.
    const model = fleetOf([...app.manifests, ...files.manifests], { volumeTemplates })
    const problems = [...app.problems, ...files.problems, ...model.problems]
    this.#reading = { ...app, model: { ...model, problems } }
    queueMicrotask(() => {
      this.#reading = undefined
      this.#found = undefined
    })
    return this.#reading
  }

  #excluded(): string[] {
    const { root } = this.node
    // `holdfast synth` has the app write elsewhere, and brings the files to the output itself.
    const outputs = [root instanceof App ? root.outdir : undefined, commandRun()?.output]
    return [...(this.#props.exclude ?? []), ...outputs.filter(output => output !== undefined)]
  }

  #today(): Date | undefined {
    const given = this.#stated()
    if (given !== undefined) return parseDay(given)
    const date = this.#props.today ?? new Date()
    return Number.isNaN(date.getTime()) ? undefined : date
  }

  #stated(): string | undefined {
    if (this.#props.today !== undefined) return undefined
    const context: unknown = this.node.tryGetContext(todayContext)
    return context === undefined ? process.env['HOLDFAST_TODAY'] : String(context)
  }

  #notADay(): Problem {
    const given = this.#stated()
    const received =
      given === undefined ? 'got an invalid Date' : `got '${given}' from the context ${todayContext} or HOLDFAST_TODAY`
    const message = `${received}; expected a date, such as 2027-06-30`
    return { code: 'HF1002', object: this.node.path, path: 'today', message }
  }

  #placed(exemption: ClaimExemption): ClaimExemption {
    const { source } = this
    return source === undefined ? exemption : { position: source, ...exemption }
  }
}

// A construct says itself what is wrong with its object, and watchFleet what is wrong between objects of the app.
function isToldAlready(problem: Problem, judged: AppManifests['judged'], own: ReadonlySet<string>): boolean {
  if (problem.code === 'HF5003') return own.has(problem.source ?? '')
  const judge = judged.get(problem.object)
  // Only a policy that names its workload has compared the two.
  if (problem.code === 'HF5106') return judge?.problems().some(({ code }) => code === 'HF5106') === true
  return /^HF([1-4]|5201)/.test(problem.code) && judge !== undefined
}
