import type { IConstruct } from 'constructs'

/** A file that a synth writes beside the manifests, in the same transaction. */
export interface ExtraFile {
  /** Relative to `base`, with `/` between folders; never above it. */
  readonly path: string
  /** `output`: the folder of the manifests; `project`: the working directory, where `holdfast.lock` lies. */
  readonly base: 'output' | 'project'
  readonly text: string
}

/** What a synth is about to write. */
export interface SynthesizedFiles {
  /** The output folder, as the app or the command line names it. */
  readonly outdir: string
  /** The manifests, in order; paths are relative to `outdir`, with `/` between folders. */
  readonly files: readonly { readonly path: string; readonly content: Uint8Array }[]
}

/** Makes further files; throws InvalidInputError when there is something wrong, and then nothing at all is written. */
export type ExtraFiles = (synthesized: SynthesizedFiles) => readonly ExtraFile[]

// A symbol of the whole process: `holdfast synth` brings a copy of this module of its own.
const producers = Symbol.for('holdfast.dev/ExtraFiles')

interface Carrier extends IConstruct {
  [producers]?: ExtraFiles[]
}

/**
 * Adds files to what `synthFleet` and `holdfast synth` write for the app of a construct; `produce` is called once per
 * synth, after all validations have passed. cdk8s’ own `app.synth()` does not know of it.
 */
export function addExtraFiles(construct: IConstruct, produce: ExtraFiles): void {
  const root: Carrier = construct.node.root
  root[producers] ??= []
  root[producers].push(produce)
}

/** What was added to the app of a construct, in the order it was added. */
export function extraFilesOf(construct: IConstruct): readonly ExtraFiles[] {
  const root: Carrier = construct.node.root
  return root[producers] ?? []
}
