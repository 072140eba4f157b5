import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from '../../scripts/tools.mjs'
import { tree } from './tree.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const node = (...args) => [process.execPath, args]
const run = (writer, shape) => (size, outdir, changed) =>
  node(join(here, 'run.mjs'), writer, shape, String(size), outdir, changed ? 'changed' : '')
const command =
  (shape, ...options) =>
  (size, outdir, changed) => {
    const env = { BENCH_SIZE: String(size), BENCH_SHAPE: shape, BENCH_CHANGED: changed ? 'yes' : '' }
    const policy = join(here, 'policy.mjs')
    return [...node(join(root, 'build/bundle/holdfast.cjs'), 'synth', policy, '-o', outdir, ...options), env]
  }

/** Everything that is measured: `id`, what it is, the command, sizes with how often, and where when not in memory. */
export function rows(helm) {
  const often = { 100: 3, 1000: 3, 10000: 3 }
  const largest = 100_000
  const row = (id, name, make, runs, more = {}) => ({ id, name, make, runs, ...more })
  return [
    row('cdk8s-policies', 'cdk8s App.synth, a chart per policy', run('cdk8s', 'policies'), { ...often, 10000: 1 }),
    row('cdk8s-files', 'cdk8s App.synth, a file per object', run('cdk8s', 'files'), { ...often, 10000: 1 }),
    row('cdk8s-one', 'cdk8s App.synth, one chart (its quickest)', run('cdk8s', 'one'), often),
    row('helm', 'helm template, an equal chart', helm, often),
    row('fleet-policies', 'synthFleet, a chart per policy', run('synthFleet', 'policies'), { ...often, [largest]: 2 }),
    row('fleet-one', 'synthFleet, one chart', run('synthFleet', 'one'), { ...often, [largest]: 2 }),
    row('fleet-namespaces', 'synthFleet, namespaces layout', run('synthFleet', 'namespaces'), {
      ...often,
      [largest]: 1,
    }),
    row('command-policies', 'holdfast synth, a chart per policy', command('policies'), often),
    row('command-one', 'holdfast synth, one chart', command('one'), often),
    row('cdk8s-volumes', 'cdk8s App.synth, VolumeBackups, 50 a chart', run('cdk8s', 'volumes'), { 1000: 3, 10000: 1 }),
    row('fleet-volumes', 'synthFleet, VolumeBackups, 50 a chart', run('synthFleet', 'volumes'), { 1000: 3, 10000: 3 }),
    row(
      'disk-policies',
      'to a disk: synthFleet, a chart per policy',
      run('synthFleet', 'policies'),
      { 10000: 3 },
      onDisk,
    ),
    row(
      'disk-namespaces',
      'to a disk: synthFleet, namespaces layout',
      run('synthFleet', 'namespaces'),
      { 10000: 3 },
      onDisk,
    ),
  ]
}

/** Written twice, the second time with one policy changed: in memory, writing is too cheap to tell the two apart. */
const onDisk = { disk: true, again: true }

/** Writes a Helm chart of the same objects; gives the command that renders it. */
export function helmChart(folder, size, path) {
  const outdir = join(folder, 'one-policy')
  tree(24, 'one', outdir).synth()
  const [file] = readdirSync(outdir)
  const eighth = readFileSync(join(outdir, file), 'utf8').split('---\n').slice(21, 24).join('---\n')
  const template = eighth
    .replaceAll('policy-000007', 'policy-{{ printf "%06d" $i }}')
    .replaceAll('team-7', 'team-{{ mod $i 40 }}')
  const chart = join(folder, 'chart')
  mkdirSync(join(chart, 'templates'), { recursive: true })
  writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: fleet\nversion: 1.0.0\n')
  writeFileSync(join(chart, 'values.yaml'), `policies: ${Math.ceil(size / 3)}\n`)
  writeFileSync(
    join(chart, 'templates/fleet.yaml'),
    `{{- range $i := until (int .Values.policies) }}\n---\n${template}{{- end }}\n`,
  )
  return [path, ['template', 'fleet', chart]]
}
