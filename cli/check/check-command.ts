import { type Command, Option } from 'commander'
import { command } from '../command.js'
import type { Terminal } from '../display/terminal.js'
import { type CheckOptions, check } from './check.js'

const examples = `  holdfast check                               every manifest below this folder
  holdfast check apps dist --exemptions exemptions.yaml
  helm template shop charts/shop > /tmp/shop.yaml && holdfast check dist /tmp/shop.yaml
  holdfast check -o github                     annotations for a GitHub workflow
  holdfast check --live                        and whatever the cluster has that git does not
  holdfast check --live -n shop -n blog -o json

An exemption is two annotations on a claim, or on a StatefulSet's claim template:
  holdfast.dev/exempt: why nobody backs it up
  holdfast.dev/exempt-until: "2027-06-30"
or an entry of the exemptions file:
  - { claim: shop/cache, reason: rebuilt at every start, until: 2027-06-30 }

Exit code 1 when anything stands against the proof.`

/** `holdfast check`. */
export function addCheck(root: Command, terminal: Terminal, signal: AbortSignal): void {
  command(root, 'check', 'prove from git that every claim is backed up or exempt', examples)
    .argument('[places...]', 'folders and files of manifests: plain YAML, kustomize or Helm output', ['.'])
    .option('--exemptions <file>', 'YAML list of exemptions beside those of annotations')
    .option('--exclude <paths...>', 'files and folders that are not read')
    .option('--partial', 'git does not hold all claims: a policy whose claim is not there is no problem')
    .option('--today <date>', 'day on which exemptions are judged (default: the present one)')
    .option('--live', 'judge the claims of the cluster too')
    .option('-n, --namespace <names...>', 'with --live: only these namespaces')
    .addOption(
      new Option('-o, --output <format>', 'json for programs, github for annotations')
        .choices(['table', 'json', 'github'])
        .default('table'),
    )
    .action((places: string[], options: CheckOptions) => check(places, options, terminal, signal))
}
