import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as cdk8s from 'cdk8s'
import { commandRun, deliver } from '../../constructs/synth/command-run.js'
import { wantedFiles } from '../../constructs/synth/synthesis.js'

/*
 * `holdfast synth` has Node load this before a policy. Its `cdk8s` is the one of the policy’s own project (see
 * scripts/bundle.mjs), empty where there is none; then, and with a cdk8s that lacks something, everything stays plain.
 */
const run = commandRun()
if (run !== undefined && 'ApiObjectMetadataDefinition' in cdk8s && 'NumberStringUnionResolver' in cdk8s) {
  cdk8s.App.prototype.synth = function synth(this: cdk8s.App) {
    const files = wantedFiles(this, run.output, run.layout)
    deliver(run, files)
    // A program may look at what it has written, or add to it.
    if (this.outdir !== process.env['CDK8S_OUTDIR'] || run.layout.layout === 'namespaces') return
    mkdirSync(this.outdir, { recursive: true })
    for (const { base, path, content } of files) {
      if (base !== 'output') continue
      if (path.includes('/')) mkdirSync(dirname(join(this.outdir, path)), { recursive: true })
      writeFileSync(join(this.outdir, path), content)
    }
  }
}
