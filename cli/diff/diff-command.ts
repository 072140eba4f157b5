import { type Command, Option } from 'commander'
import { command } from '../command.js'
import { Terminal } from '../display/terminal.js'
import { type DiffOptions, diff } from './diff.js'

const examples = `  holdfast diff main                          what this work tree changes against main
  holdfast diff HEAD~1 HEAD --path dist       what the last commit changed in dist/
  holdfast diff origin/main HEAD -o markdown > comment.md
  holdfast diff origin/main:dist /tmp/dist    a folder of a revision, and a folder on disk
  holdfast diff main --merge-base             only what this branch changes, wherever main is by now
  restic snapshots --json > snapshots.json && holdfast diff main --snapshots snapshots.json

A side is a folder or file, or a revision of git (a branch, a tag, HEAD~1), also with a path: main:dist. Revisions are
read from git’s own store; work tree and index are not touched. Positions are revision:path:line:column.

Severities:
  danger   data is no longer backed up, gets lost, or can be read by more than before
  warning  somebody should look
  notice   a change that does what it says

Exit codes:
  0  nothing as grave as --fail-on
  1  a side could not be read
  2  the command line is wrong
  3  warnings, with --fail-on warning
  4  danger, with --fail-on danger (the default) or warning`

/** `holdfast diff`. */
export function addDiff(root: Command, terminal: Terminal, signal: AbortSignal): void {
  command(root, 'diff', 'what a change does to backups, between two revisions or folders', examples)
    .argument('<old>', 'folder, file or git revision')
    .argument('[new]', 'folder, file or git revision (default: the work tree)')
    .option('--path <places...>', 'folders and files that are compared in both (default: all below this folder)')
    .option('--exclude <paths...>', 'files and folders that are not read')
    .option('--exemptions <file>', 'YAML list of exemptions beside those of annotations, as each side has it')
    .option('--merge-base', 'compare with the commit from which both revisions come')
    .option('--snapshots <files...>', 'output of ‘restic snapshots --json’: exact answers about retention')
    .option('--today <date>', 'day from which schedules and retention are looked at (default: the present one)')
    .addOption(
      new Option('-o, --output <format>', 'markdown for a pull request, json for programs')
        .choices(['text', 'markdown', 'json'])
        .default('text'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'the mildest severity that fails')
        .choices(['danger', 'warning', 'never'])
        .default('danger'),
    )
    .action((before: string, after: string | undefined, options: DiffOptions) =>
      diff(before, after, options, { out: terminal, errors: new Terminal(process.stderr) }, signal),
    )
}
