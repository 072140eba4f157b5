import { Command } from 'commander'
import { version } from '../lib/version.js'
import type { Terminal } from './display/terminal.js'

const description = `Kubernetes volume backups as typed policies.

A policy is a TypeScript program. ‘synth’ turns it into YAML for git, Argo CD or Flux applies that, and Holdfast’s controller runs the backups. ‘try’ shows all of it on this machine, without a cluster.`

const examples = `
Examples:
  holdfast try                          the bundled example, from policy to compared restore
  holdfast try policy.ts                the same with a policy of yours
  holdfast synth policy.ts -o dist      YAML for git
  holdfast check apps dist              proof that every volume of git is backed up
  holdfast diff main                    what a change does to backups, for its pull request
  holdfast report apps dist             the fleet in pictures, as one HTML file
  holdfast bootstrap flux --repo URL    hand the YAML to Argo CD or Flux
  holdfast status -A                    where every backup stands, problems first
  holdfast trigger orders -n shop --wait
  holdfast version --check              what to do before and after an upgrade
  holdfast restore orders-data -n shop --repository store --overwrite Merge --wait

Exit codes:
  0  done: with --wait, and of try, also everything succeeded
  1  it failed, and the message says why
  2  the command line is wrong
  130  interrupted (Ctrl-C); everything it had started has ended`

/** The program without its commands; writes to `terminal`. */
export function rootCommand(terminal: Terminal): Command {
  return new Command('holdfast')
    .description(description)
    .version(version, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'explain a command')
    .addHelpText('after', examples)
    .showSuggestionAfterError()
    .configureOutput({ writeOut: text => terminal.output.write(text) })
    .exitOverride()
}
