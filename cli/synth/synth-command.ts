import { type Command, Option } from 'commander'
import { command } from '../command.js'
import type { Terminal } from '../display/terminal.js'
import { type SynthOptions, synth } from '../synth.js'

/** Adds `holdfast synth`. */
export function addSynth(root: Command, terminal: Terminal, signal: AbortSignal): void {
  const examples = `  holdfast synth                    main.ts into dist/
  holdfast synth policy.ts -o manifests
  holdfast synth --check            in CI: exit code 1 when dist/ is not what main.ts writes
  holdfast synth --layout namespaces --team-label team
                                    a folder per team and namespace, with kustomizations

An app with problems changes no file; files that Holdfast did not write are never touched.`
  command(root, 'synth', 'compile an app into YAML for git', examples)
    .argument('[app]', 'file of the cdk8s app', 'main.ts')
    .option('-o, --output <folder>', 'where the YAML goes', 'dist')
    .option('--check', 'change nothing; exit code 1 and the files that differ')
    .addOption(
      new Option('--layout <layout>', 'charts: the files of app.synth(); namespaces: an object a file').choices([
        'charts',
        'namespaces',
      ]),
    )
    .option('--team-label <label>', 'a folder per team, by this label of an object or its Namespace')
    .action((file: string, options: SynthOptions) => synth(file, options, terminal, signal))
}
