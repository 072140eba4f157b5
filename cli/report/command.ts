import type { Command } from 'commander'
import { command } from '../command.js'
import type { Terminal } from '../display/terminal.js'
import { type ReportOptions, report } from './report.js'

const examples = `  holdfast report                          every manifest below this folder, as report.html
  holdfast report apps dist -o build/report.html --exemptions exemptions.yaml
  holdfast report dist --today 2026-11-22 --size 50Gi --churn 1%
  holdfast report dist --prices prices.json

The page is one file that connects to nothing: problems, coverage, the week as a heat map, what each policy keeps,
growth and cost. The same manifests, date and options give the same bytes.

Exit codes:
  0  the report is written, whatever it says; ‘holdfast check’ is the command that fails
  1  the places hold no Kubernetes object
  2  the command line is wrong, a place does not exist, or the file cannot be written`

/** `holdfast report`: the fleet in pictures. */
export function addReport(root: Command, terminal: Terminal, signal: AbortSignal): void {
  command(root, 'report', 'the fleet in pictures, as one HTML file', examples)
    .argument('[places...]', 'folders and files of manifests: plain YAML, kustomize or Helm output', ['.'])
    .option('-o, --output <file>', 'where the page goes; - for standard output', 'report.html')
    .option('--exemptions <file>', 'YAML list of exemptions beside those of annotations')
    .option('--exclude <paths...>', 'files and folders that are not read')
    .option('--partial', 'git does not hold all claims: a policy whose claim is not there is no problem')
    .option('--today <date>', 'day at which exemptions are judged, such as 2026-11-22 (default: today)')
    .option('--size <quantity>', 'size of claims for which git states none', '10Gi')
    .option('--churn <percent>', 'share of a volume that changes in a day', '1%')
    .option('--prices <file>', 'price table, JSON or YAML (default: example prices)')
    .action((places: string[], options: ReportOptions) => report(places, options, terminal, signal))
}
