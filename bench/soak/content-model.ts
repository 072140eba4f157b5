import { createHash } from 'node:crypto'
import { type RandomChoice, randomFrom } from '../report/random.js'

const folders = ['left', 'right']
const slots = 12
const changesPerVersion = 3

/** A seed of its own for each purpose, so that one more choice somewhere changes nothing elsewhere. */
export function seedFor(seed: number, ...purpose: readonly (string | number)[]): RandomChoice {
  return randomFrom(
    createHash('sha256')
      .update([seed, ...purpose].join('/'))
      .digest()
      .readUInt32LE(0),
  )
}

/** Which files a volume holds, by path: the version that wrote each. */
export type State = ReadonlyMap<string, number>

/** What a volume holds in each of its versions: a function of the seed and the volume’s name, and of nothing else. */
export class ContentModel {
  readonly #seed: number
  readonly #volume: string
  readonly #states: State[] = []

  constructor(seed: number, volume: string) {
    this.#seed = seed
    this.#volume = volume
    const all = Array.from({ length: slots }, (_, slot) => [pathOf(slot), 0] as const)
    this.#states.push(new Map(all))
  }

  state(version: number): State {
    for (let next = this.#states.length; next <= version; next++) this.#states.push(this.#after(next))
    const state = this.#states[version]
    if (state === undefined) throw new RangeError(`volume ${this.#volume} has no version ${version}`)
    return state
  }

  /** What version `version` wrote into a file: up to 180 kB that compress little. */
  content(path: string, version: number): string {
    const lines = 1 + seedFor(this.#seed, this.#volume, path, version, 'size').below(4_000)
    const head = `${this.#volume} ${path} version ${version}\n`
    const noise = (line: number) => createHash('sha256').update(`${this.#seed} ${line} ${head}`).digest('base64')
    return head + Array.from({ length: lines }, (_, line) => `${noise(line)}\n`).join('')
  }

  /**
   * What is wrong with files that were stored while the volume went from one version to another: every file must be as
   * one of these versions has it, and one that all of them have must be there.
   */
  problems(found: Readonly<Record<string, string>>, from: number, to: number): string[] {
    const states = Array.from({ length: to - from + 1 }, (_, index) => this.state(from + index))
    const wrong = Object.entries(found).flatMap(([path, content]) => {
      const written = states.map(state => state.get(path)).filter(version => version !== undefined)
      if (written.length === 0) return [`${path} belongs to no version from ${from} to ${to}`]
      return written.some(version => this.content(path, version) === content) ? [] : [`${path} has another content`]
    })
    const [first, ...others] = states
    const everywhere = [...(first?.keys() ?? [])].filter(path => others.every(state => state.has(path)))
    const missing = everywhere.filter(path => found[path] === undefined).map(path => `${path} is missing`)
    return [...wrong, ...missing]
  }

  #after(version: number): State {
    const random = seedFor(this.#seed, this.#volume, version, 'change')
    const state = new Map(this.state(version - 1))
    for (let change = 0; change < changesPerVersion; change++) {
      const path = pathOf(random.below(slots))
      if (random.below(4) === 0 && state.size > slots / 2) state.delete(path)
      else state.set(path, version)
    }
    return state
  }
}

const pathOf = (slot: number) => `${folders[slot % folders.length]}/file-${slot}.txt`
