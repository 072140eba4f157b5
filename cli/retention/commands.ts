import { type Command, Option } from 'commander'
import { command } from '../command.js'
import { Terminal } from '../display/terminal.js'
import { addKeepOptions } from './keep-options.js'
import { type PreviewOptions, preview } from './preview.js'
import { type SimulateOptions, simulate } from './simulate.js'

const output = () =>
  new Option('-o, --output <format>', 'json for programs').choices(['table', 'json']).default('table')

/** `holdfast retention`: what policies keep over time, and what a change of them removes from a repository. */
export function addRetention(root: Command, terminal: Terminal, signal: AbortSignal): void {
  const examples = `  holdfast retention simulate dist/                    every policy: snapshots, gaps, growth, cost
  holdfast retention preview dist/ -p shop/orders --live   what its next run would remove`
  const retention = command(root, 'retention', 'what is kept, for how long, and what that costs', examples)
  addSimulate(retention, terminal)
  addPreview(retention, terminal, signal)
}

function addSimulate(retention: Command, terminal: Terminal): void {
  const examples = `  holdfast retention simulate dist/
  holdfast retention simulate dist/ -p shop/orders --days 730 --churn 2% --prices prices.json
  holdfast retention simulate dist/ -o json | jq '.[] | {policy, total: .cost.total}'

A gap is the time between neighbouring restorable points at an age. Growth and cost are estimates of a model, and the
default prices an example: docs/retention.md says what both leave out.`
  command(retention, 'simulate', 'replay policies over time', examples)
    .argument('[places...]', 'folders or files of manifests (default: dist)')
    .option('-p, --policy <namespace/name>', 'only this one, at length')
    .option('--days <n>', 'how long', '365')
    .option('--from <date>', 'when it begins (default: today, UTC)')
    .option('--churn <share>', 'part of the volume that a day overwrites', '1%')
    .option('--growth <share>', 'part of its first size by which the volume grows in a day', '0%')
    .option('--stored-share <share>', 'what compression leaves of new data', '100%')
    .option('--size <quantity>', 'size of volumes of which git does not say it', '10Gi')
    .option('--prices <file>', 'price table, JSON or YAML (default: example prices)')
    .addOption(output())
    .action((places: string[], options: SimulateOptions) =>
      simulate(orDist(places), options, terminal, new Terminal(process.stderr)),
    )
}

function addPreview(retention: Command, terminal: Terminal, signal: AbortSignal): void {
  const examples = `  restic snapshots --json > snapshots.json
  holdfast retention preview dist/ -p shop/orders --snapshots snapshots.json
  holdfast retention preview dist/ -p shop/orders --live --keep-daily 14 --keep-monthly 12
  holdfast retention preview --host shop/orders --path /holdfast-data --keep-last 3 --snapshots -

It removes nothing. --live runs restic, which takes repository and password from your RESTIC_* environment.
With a schedule the next backup is counted as if it were there; --as-it-is leaves it out, as restic forget --dry-run.
Instead of the policy's own rules: --keep-last --keep-hourly --keep-daily --keep-weekly --keep-monthly --keep-yearly
--keep-within[-hourly|-daily|-weekly|-monthly|-yearly] --keep-tag`
  const added = command(retention, 'preview', 'which snapshots of a repository retention would remove', examples)
    .argument('[places...]', 'folders or files of manifests (default: dist)')
    .option('-p, --policy <namespace/name>', 'only this one')
    .option('--snapshots <file>', 'output of restic snapshots --json; - for standard input')
    .option('--live', 'ask the repository of your RESTIC_* environment')
    .option('--host <host>', 'instead of a policy: host of the snapshots')
    .option('--path <path>', 'instead of a policy: path of the snapshots')
    .option('--as-it-is', 'leave the next backup out')
    .option('--at <time>', 'judge as of this time (default: now)')
    .addOption(output())
  addKeepOptions(added).action((places: string[], options: PreviewOptions) =>
    preview(orDist(places), options, { out: terminal, errors: new Terminal(process.stderr) }, signal),
  )
}

const orDist = (places: readonly string[]) => (places.length === 0 ? ['dist'] : places)
