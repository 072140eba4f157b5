import { formatProblem } from '../../lib/problem.js'
import type { Complaint } from './synthesis-error.js'

/** A file that a synth writes. */
export interface SynthesizedFile {
  /** Relative to the output folder, with `/` between folders. */
  readonly path: string
  readonly content: Uint8Array
  /** Path of the construct that it is for. */
  readonly construct: string
}

/** Files of one output folder; two things never share a name. */
export class FileSet {
  readonly #files = new Map<string, SynthesizedFile>()
  readonly complaints: Complaint[] = []

  get files(): readonly SynthesizedFile[] {
    return [...this.#files.values()]
  }

  /** Adds a file; a second one of the same name is a complaint that names both constructs (HF6001). */
  add(path: string, text: string | Uint8Array, construct: string): void {
    const other = this.#files.get(path)
    if (other === undefined) {
      const content = typeof text === 'string' ? Buffer.from(text) : text
      this.#files.set(path, { path, content, construct })
      return
    }
    const message = `would be written to ${path}, and so would ${other.construct}: one would replace the other. Rename one, or choose another layout`
    this.complaints.push({
      path: construct,
      message: formatProblem({ code: 'HF6001', object: construct, path: '', message }),
    })
  }
}
