import { join } from 'node:path'
import { gitopsPrograms } from './gitops-programs.mjs'
import { installTools } from './install-tools.mjs'
import { ensureDependencies, run, step } from './step.mjs'
import { root, toolSearchPath } from './tools.mjs'

const usage = `Runs Argo CD's and Flux' own programs on the cluster of the current context, with the examples as their source.
usage: npm run gitops:controllers -- [--only flux|argocd]

The cluster must know nothing of Holdfast, Argo CD and Flux; it needs no node. What is made there is removed again.
`

async function main() {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    process.stdout.write(usage)
    return 0
  }
  let programs = ''
  const env = { ...process.env, PATH: toolSearchPath() }
  const ready = await step('dependencies, tools and programs', () => {
    ensureDependencies()
    installTools({ tests: true })
    programs = gitopsPrograms()
    return run(process.execPath, [join(root, 'scripts/bundle.mjs')], { env })
  })
  const args = ['--import', 'tsx', join(root, 'test/gitops-controllers/main.ts'), '--programs', programs]
  const title = 'Argo CD and Flux, on the cluster'
  return ready && (await step(title, () => run(process.execPath, [...args, ...process.argv.slice(2)], { env }))) ? 0 : 1
}

process.exitCode = await main()
