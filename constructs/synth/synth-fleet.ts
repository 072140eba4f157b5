import { resolve } from 'node:path'
import type { App } from 'cdk8s'
import { formatProblem } from '../../lib/problem.js'
import { commandRun, deliver } from './command-run.js'
import type { FileChange, WantedFile } from './file-changes.js'
import { kustomizationMaker, withKustomizations } from './kustomization.js'
import { type LayoutOptions, wantedFiles } from './synthesis.js'
import { type Complaint, refuse } from './synthesis-error.js'
import { writeFiles } from './write-files.js'

export interface SynthFleetOptions extends LayoutOptions {
  /** Where the files go. @default - the app’s: `new App({ outdir })`, CDK8S_OUTDIR, or dist */
  readonly outdir?: string
}

/**
 * Writes an app as `app.synth()` does, byte for byte, in a time that grows with the app and not with its square.
 *
 * Each construct is visited and validated once; what is wrong is thrown at once as a SynthesisError, in the shape of
 * cdk8s’ message, and then nothing is written: beside the constructs’ own messages two objects of one file (HF6001),
 * circles of dependencies (HF6003) and values that YAML cannot hold (HF6004). Files that are the same are left alone,
 * files of an earlier synth that are no longer made are removed, foreign ones are never touched (HF6002), and an
 * interrupted synth is finished or undone by the next one. Several apps of one program may share a folder.
 *
 * Gives the files that were added, changed or removed. Inside `holdfast synth`, the command decides where and when.
 */
export function synthFleet(app: App, options: SynthFleetOptions = {}): readonly FileChange[] {
  const run = commandRun()
  if (run !== undefined) {
    deliver(run, wantedFiles(app, run.output, { ...options, ...run.layout }))
    return []
  }
  const outdir = resolve(options.outdir ?? app.outdir)
  const others = [...(written.get(outdir) ?? [])].filter(([, owner]) => owner !== app)
  const manifests = others.filter(([, owner]) => owner !== kustomizationMaker).map(([path]) => path)
  const own = wantedFiles(app, outdir, options)
  const files = manifests.length === 0 ? own : withKustomizations(own, manifests)
  refuse(taken(files, new Set(manifests)))
  const changes = writeFiles(outdir, files, { keep: new Set(manifests) })
  const made = files.filter(({ base }) => base === 'output')
  written.set(
    outdir,
    new Map([
      ...others.filter(([, owner]) => owner !== kustomizationMaker),
      ...made.map(({ path, construct }) => [path, construct === kustomizationMaker ? construct : app] as const),
    ]),
  )
  return changes
}

/** Which app of this program wrote which file of a folder. */
const written = new Map<string, Map<string, App | typeof kustomizationMaker>>()

function taken(files: readonly WantedFile[], others: ReadonlySet<string>): Complaint[] {
  return files.flatMap(({ base, path, construct }): Complaint[] => {
    if (base !== 'output' || !others.has(path)) return []
    const message = `would be written to ${path}, and another app of this program wrote that already. Give one of the apps its own outdir`
    return [{ path: construct, message: formatProblem({ code: 'HF6001', object: construct, path: '', message }) }]
  })
}
