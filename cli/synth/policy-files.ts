import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type CommandRun, commandVariable, delivered } from '../../constructs/synth/command-run.js'
import type { WantedFile } from '../../constructs/synth/file-changes.js'
import { kustomizationMaker, withKustomizations } from '../../constructs/synth/kustomization.js'
import { manifestFiles } from '../policy/manifest-names.js'
import { nodeArguments } from '../policy/node-command.js'
import { companion, runPolicy } from '../policy/program.js'
import { UserError } from '../user-error.js'

/** What a policy’s program made, and what it printed. */
export interface PolicyFiles {
  readonly files: readonly WantedFile[]
  readonly output: string
  readonly warnings: readonly string[]
}

/**
 * Runs a policy’s program to its end and gives the files of all its apps; writes only into temporary folders. Throws
 * UserError when the program fails, however late, makes no file, or two of its apps make one file.
 */
export async function policyFiles(
  file: string,
  output: string,
  layout: CommandRun['layout'],
  signal: AbortSignal,
): Promise<PolicyFiles> {
  const temporary = mkdtempSync(join(tmpdir(), 'holdfast-synth-'))
  try {
    const [plain, result] = [join(temporary, 'plain'), join(temporary, 'result')]
    for (const folder of [plain, result]) mkdirSync(folder)
    const run: CommandRun = { output: resolve(output), result, layout }
    const args = ['--require', companion('synth-preload.cjs'), ...nodeArguments(file)]
    const said = await runPolicy(args, plain, signal, { [commandVariable]: JSON.stringify(run) })
    const apps = delivered(result)
    const files = united(apps)
    for (const path of manifestFiles(plain)) {
      const content = readFileSync(join(plain, path))
      const name = path.replaceAll('\\', '/')
      files.set(`output:${name}`, { base: 'output', path: name, content, construct: file })
    }
    if (files.size === 0) {
      throw new UserError(`${file} wrote no YAML: an app ends with synthFleet(app) or app.synth(), and awaits its work`)
    }
    const all = [...files.values()]
    return { files: apps.length > 1 ? withKustomizations(all) : all, output: said.output, warnings: said.warnings }
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

function united(apps: readonly (readonly WantedFile[])[]): Map<string, WantedFile> {
  const files = new Map<string, WantedFile>()
  const problems: string[] = []
  for (const file of apps.flat()) {
    const key = `${file.base}:${file.path}`
    const other = files.get(key)
    if (
      other !== undefined &&
      file.construct !== kustomizationMaker &&
      !Buffer.from(other.content).equals(file.content)
    ) {
      problems.push(
        `  HF6001 ${file.construct}: would be written to ${file.path}, and so would ${other.construct} of another app of this program; give their charts different names`,
      )
    }
    files.set(key, file)
  }
  if (problems.length > 0) throw new UserError(`nothing was written\n${problems.join('\n')}`)
  return files
}
