import { mkdirSync } from 'node:fs'
import type { Course, FlowLab, FlowName } from './flow.js'
import { type RecordedCall, type Recording, saidAgain } from './recording.js'
import type { Restic, Said } from './said.js'
import { isGood, type Verdict, verdictOf } from './verdict.js'

/** What really is in the repository, or in the volume after a restore, whatever restic says about it. */
export type Reality = 'as recorded' | 'nothing was stored' | 'nothing was written' | 'a file was not written'

/** One lie: what restic says instead of the truth in one call of one flow. */
export interface Lie {
  readonly flow: FlowName
  readonly key: string
  readonly said: Said
  readonly reality?: Reality
}

export interface Told {
  readonly lie: Lie
  readonly course: Course
  readonly verdict: Verdict
  /** It ended well, and all that was recorded is what a true run records of a world that is as recorded. */
  readonly believed: 'not' | 'truth' | 'lie'
}

type Surroundings = Parameters<FlowLab['play']>[3]

/** Plays recorded flows with one call replaced by a lie. */
export class LyingWorld {
  readonly lab: FlowLab
  readonly recording: Recording
  readonly #truths = new Map<FlowName, string>()

  constructor(lab: FlowLab, recording: Recording) {
    this.lab = lab
    this.recording = recording
    // What a played restic init makes.
    mkdirSync(lab.repository, { recursive: true })
  }

  calls(flow: FlowName): readonly RecordedCall[] {
    return this.recording.flows[flow]
  }

  truth(flow: FlowName, key: string): Said {
    const call = this.calls(flow).find(each => each.key === key)
    if (call === undefined) throw new Error(`flow ${flow} has no recorded call ${key}`)
    return saidAgain(call, this.lab.folder)
  }

  /** The verdict of a flow without any lie. */
  async honest(flow: FlowName): Promise<Verdict> {
    const course = await this.#play(flow, call => this.#answer(flow, call.key, 'as recorded'))
    return verdictOf(this.lab, flow, course)
  }

  async tell(lie: Lie, machine: Surroundings = {}): Promise<Told> {
    const { flow, key, said, reality = 'as recorded' } = lie
    const restic: Restic = call => {
      if (call.key !== key) return this.#answer(flow, call.key, reality)
      if (said.code === 0) this.#restore(flow, call.key, reality)
      return said
    }
    const course = await this.#play(flow, restic, machine)
    const verdict = verdictOf(this.lab, flow, course)
    if (!isGood(verdict)) return { lie, course, verdict, believed: 'not' }
    const facts = this.#truths.get(flow) ?? (await this.honest(flow)).facts
    this.#truths.set(flow, facts)
    return { lie, course, verdict, believed: reality === 'as recorded' && verdict.facts === facts ? 'truth' : 'lie' }
  }

  #play(flow: FlowName, restic: Restic, machine: Surroundings = {}): Promise<Course> {
    if (flow === 'restore') this.lab.clearTarget()
    return this.lab.play(flow, restic, this.recording.repositoryId, machine)
  }

  #answer(flow: FlowName, key: string, reality: Reality): Said {
    const { troubles } = this.recording
    if (reality === 'nothing was stored' && key.startsWith('snapshots'))
      return saidAgain(troubles['nothing listed'], this.lab.folder)
    this.#restore(flow, key, reality)
    const call = this.calls(flow).find(each => each.key === key)
    // A call that no true run makes: only an init, over the repository that is there.
    return saidAgain(call ?? troubles['exists already'], this.lab.folder)
  }

  #restore(flow: FlowName, key: string, reality: Reality): void {
    if (flow !== 'restore' || !key.startsWith('restore') || reality === 'nothing was written') return
    const part = key === 'restore #1' ? 'a' : 'b'
    this.lab.fillTarget(part, reality === 'a file was not written' ? 'a/two.txt' : undefined)
  }
}
