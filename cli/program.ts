import { type Command, Option } from 'commander'
import { addBootstrap } from './bootstrap/bootstrap-command.js'
import { addCheck } from './check/check-command.js'
import { command } from './command.js'
import { definitionsYaml } from './definitions.js'
import { addDiff } from './diff/diff-command.js'
import type { Terminal } from './display/terminal.js'
import { addReport } from './report/command.js'
import { type RestoreOptions, restore } from './restore.js'
import { addRetention } from './retention/commands.js'
import { rootCommand } from './root-command.js'
import { type StatusOptions, status } from './status.js'
import { addSynth } from './synth/synth-command.js'
import { type TriggerOptions, trigger } from './trigger.js'
import { type TryOptions, tryPolicy } from './try.js'
import { addVersion } from './version/version-command.js'

/** The command line. Every command writes to `terminal` and ends early when `signal` is aborted. */
export function program(terminal: Terminal, signal: AbortSignal): Command {
  const root = rootCommand(terminal)
  addTry(root, terminal, signal)
  addSynth(root, terminal, signal)
  addCheck(root, terminal, signal)
  addDiff(root, terminal, signal)
  addReport(root, terminal, signal)
  addBootstrap(root, terminal)
  addClusterCommands(root, terminal, signal)
  addRetention(root, terminal, signal)
  command(
    root,
    'crds',
    'print the CustomResourceDefinitions',
    '  holdfast crds | kubectl apply --server-side -f -',
  ).action(() => {
    terminal.output.write(definitionsYaml())
  })
  addVersion(root, terminal)
  return root
}

function addTry(root: Command, terminal: Terminal, signal: AbortSignal): void {
  const examples = `  holdfast try                    the bundled example: an hourly backup of one volume
  holdfast try policy.ts          your own; stores outside are replaced by local ones
  holdfast try policy.ts --keep   and leave repository, volumes and logs in ./holdfast-try

What happens: the policy is compiled; a small Kubernetes starts inside this process, with the real controller and
the real restic; volumes are filled with example files; the CronJob fires; one file is deleted and one overwritten;
a restore brings them back; every file is compared with its original.

Needs restic 0.17.1 or newer on PATH. Exit code 0 only when all restored files equal the originals.`
  command(root, 'try', 'take a policy from backup to restore on this machine, without a cluster', examples)
    .argument('[policy]', 'TypeScript or JavaScript file of the policy (default: a bundled example)')
    .option('--keep', 'leave the repository, the volumes and the logs in ./holdfast-try')
    .option('--local-store', 'replace stores outside this machine by local ones (default)', true)
    .option('--no-local-store', 'use the stores that the policy names')
    .option('--secrets <file>', 'YAML with the Secrets of those stores')
    .action((file: string | undefined, options: TryOptions) => tryPolicy(file, options, terminal, signal))
}

const namespace = () => new Option('-n, --namespace <name>', 'namespace (default: that of the kubeconfig’s context)')

function addClusterCommands(root: Command, terminal: Terminal, signal: AbortSignal): void {
  command(
    root,
    'trigger',
    'start a backup now',
    '  holdfast trigger orders -n shop\n  holdfast trigger orders -n shop --wait   exit code 1 unless it succeeds',
  )
    .argument('<configuration>', 'name of the BackupConfiguration; a paused one runs too')
    .addOption(namespace())
    .option('--wait', 'follow it to its end')
    .action((name: string, options: TriggerOptions) => trigger(name, options, terminal, signal))
  const restoring = `  holdfast restore orders-data -n shop --repository store
      into an empty volume: the newest snapshot of shop/orders-data
  holdfast restore orders-data -n shop --repository store --overwrite Merge --include '/2026/**' --wait
      files of the snapshot win, others stay
  holdfast restore orders-copy -n test --repository store --from shop/orders-data`
  command(root, 'restore', 'restore into a volume', restoring)
    .argument('<claim>', 'PersistentVolumeClaim that receives the data')
    .addOption(namespace())
    .requiredOption('--repository <name>', 'Repository with the snapshots')
    .option('--snapshot <id>', '`latest`, or ids joined by commas', 'latest')
    .addOption(
      new Option('--overwrite <how>', 'IfEmpty: only an empty folder; Merge: others stay; Replace: others are removed')
        .choices(['IfEmpty', 'Merge', 'Replace'])
        .default('IfEmpty'),
    )
    .option('--from <host>', 'whose snapshots: namespace/claim (default: the claim’s own)')
    .option('--include <patterns...>', 'only what matches')
    .option('--wait', 'follow it to its end')
    .action((claim: string, options: RestoreOptions) => restore(claim, options, terminal, signal))
  command(
    root,
    'status',
    'where every backup stands, problems first',
    "  holdfast status -n shop\n  holdfast status -A\n  holdfast status -A -o json | jq '.[] | select(.ready | not)'",
  )
    .addOption(namespace())
    .option('-A, --all-namespaces', 'of the whole cluster')
    .addOption(new Option('-o, --output <format>', 'json for programs').choices(['table', 'json']).default('table'))
    .action((options: StatusOptions) => status(options, terminal))
}
