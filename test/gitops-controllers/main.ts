import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { KubeClient } from '../../runtime/kube/client.js'
import { objectsIn } from '../cluster/gitops/repository.js'
import { recordFigures } from '../faults/figures.js'
import { ArgoCd } from './argocd.js'
import { Cluster } from './cluster.js'
import { Flux } from './flux.js'
import { GitRepository } from './git-repository.js'
import { HoldfastProgram } from './holdfast-program.js'
import { type Layout, layouts } from './layouts.js'
import { PlayedKubelet } from './played-kubelet.js'
import { Programs } from './programs.js'
import { isDefinition } from './proofs.js'
import { Scenario } from './scenario.js'
import { Surroundings } from './surroundings.js'
import type { Proof, Tool } from './tool.js'

// The programs of Argo CD and Flux, on an empty cluster, with the manifests of the examples as their source.
const { values } = parseArgs({ options: { programs: { type: 'string' }, only: { type: 'string' } } })
const work = mkdtempSync(join(tmpdir(), 'holdfast-gitops-controllers-'))
const cluster = new Cluster()
const client = await KubeClient.fromDefaultConfig()
const programs = new Programs(values.programs ?? '')
const tools = { flux: () => new Flux(cluster, programs), argocd: () => new ArgoCd(cluster, programs, work) }
const figures: Record<string, number> = {}
let wrong = 0
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    programs.kill()
    process.exit(130)
  })

function show(tool: Tool, layout: Layout, { promise, objects, wrong: found }: Proof): void {
  const label = `${tool.name}, ${layout.name}: ${promise}`
  process.stdout.write(`${found.length === 0 ? 'ok    ' : 'WRONG '} ${String(objects).padStart(3)}  ${label}\n`)
  for (const each of found) process.stdout.write(`            ${each}\n`)
  figures[`${label}: objects`] = objects
  figures[`${label}: wrong`] = found.length
  wrong += found.length
}

async function run(tool: Tool, layout: Layout): Promise<void> {
  const repository = new GitRepository(join(work, `${tool.name}-${layout.name}`.replaceAll(' ', '-')))
  layout.fill(repository)
  repository.commit('Back up everything')
  const objects = objectsIn(join(repository.folder, 'dist'))
  const surroundings = new Surroundings(cluster, objects)
  const holdfast = new HoldfastProgram(cluster, programs, work)
  const kubelet = new PlayedKubelet(cluster, client, pod => holdfast.isReady(pod))
  try {
    await surroundings.make()
    await tool.start()
    for await (const proof of new Scenario(tool, layout, repository, cluster, client).run()) show(tool, layout, proof)
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    show(tool, layout, { promise: 'all of it could be tried', objects: objects.length, wrong: [said] })
  } finally {
    await tool.stop()
    // Holdfast’s own finalizers need its controller: policies go first, and definitions last.
    await cluster.delete(objects.filter(each => !isDefinition(each) && each.apiVersion.startsWith('holdfast.dev/')))
    await kubelet.stop()
    await holdfast.stop()
    await cluster.delete(objects.filter(each => !isDefinition(each) && !each.apiVersion.startsWith('holdfast.dev/')))
    await surroundings.remove()
    await cluster.delete(objects.filter(isDefinition))
  }
}

try {
  const present = (await cluster.list('customresourcedefinitions')).map(({ metadata }) => metadata.name)
  const ours = present.filter(name => /(holdfast\.dev|argoproj\.io|toolkit\.fluxcd\.io)$/.test(name))
  if (ours.length > 0) throw new Error(`this takes a cluster without Holdfast, Argo CD and Flux; it has ${ours[0]}`)
  for (const [name, make] of Object.entries(tools)) {
    if (values.only !== undefined && values.only !== name) continue
    for (const layout of layouts) await run(make(), layout)
  }
  recordFigures('gitops-controllers', figures)
  const checked = Object.keys(figures).length / 2
  process.stdout.write(`\n${checked} promises looked at, ${wrong} differences\n`)
  process.exitCode = wrong === 0 ? 0 : 1
} finally {
  programs.kill()
  client.close()
  rmSync(work, { recursive: true, force: true })
}
