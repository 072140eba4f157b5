import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { apiVersion, labels } from '../../lib/api/group.js'
import type { ManifestObject } from '../../lib/fleet/manifest.js'
import { root, toolPath } from '../../scripts/tools.mjs'
import { writePrometheusSchemas } from './prometheus-kinds.js'

/** One thing that kube-score does not like about one sort of pod. */
export interface Finding {
  /** Its check, as `kube-score list` names it. */
  readonly check: string
  readonly summary: string
  /** `controller`, `pushgateway`, `trigger` or `mover`. */
  readonly part: string
}

interface Scored {
  readonly object_name: string
  readonly object_meta: { readonly labels?: Readonly<Record<string, string>> }
  readonly checks: readonly {
    readonly check: { readonly id: string }
    readonly grade: number
    readonly skipped: boolean
    readonly comments: readonly { readonly summary: string }[] | null
  }[]
}

const allOk = 10

function onFile<T>(objects: readonly unknown[], run: (file: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-lint-'))
  try {
    const file = join(folder, 'manifests.yaml')
    writeFileSync(file, objects.map(object => JSON.stringify(object)).join('\n---\n'))
    return run(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The Jobs that policies and restores carry as templates, as objects of their own: what will run. */
export function moverJobs(objects: readonly ManifestObject[]): ManifestObject[] {
  return objects.flatMap(({ apiVersion: version, kind, metadata, spec }) => {
    if (version !== apiVersion) return []
    const template = (
      spec as { readonly jobTemplate?: { readonly metadata: object; readonly spec: object } } | undefined
    )?.jobTemplate
    if (template === undefined) return []
    const { name, namespace } = metadata
    const own = { ...template.metadata, name: `${kind.toLowerCase()}-${name}`, namespace }
    return [{ apiVersion: 'batch/v1', kind: 'Job', metadata: own, spec: template.spec } as ManifestObject]
  })
}

/** What kube-score, with its own set of checks, finds in objects and in the Jobs that they carry. */
export function kubeScore(objects: readonly ManifestObject[]): Finding[] {
  const scored = onFile([...objects, ...moverJobs(objects)], file => {
    const args = ['score', '--output-format', 'json', file]
    const { stdout, stderr } = spawnSync(toolPath('kube-score'), args, { encoding: 'utf8', maxBuffer: 2 ** 28 })
    if (stdout === '') throw new Error(`kube-score: ${stderr}`)
    return JSON.parse(stdout) as readonly Scored[]
  })
  return scored.flatMap(({ object_meta, checks }) =>
    checks
      .filter(({ grade, skipped }) => grade < allOk && !skipped)
      .flatMap(({ check, comments }) =>
        (comments ?? []).map(({ summary }) => ({ check: check.id, summary, part: partOf(object_meta.labels) })),
      ),
  )
}

const partOf = (own: Readonly<Record<string, string>> = {}): string =>
  own[labels.job] === undefined ? (own[labels.component] ?? 'other') : 'mover'

const layout = '{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json'

/** What kubeconform says of objects, strictly, a line for each that is not as its schema wants it. */
export function kubeconform(objects: readonly unknown[]): string[] {
  return onFile(objects, file => {
    const own = dirname(file)
    writePrometheusSchemas(own)
    const locations = ['schemas', 'test/fixtures/kubernetes'].flatMap(folder => [
      '-schema-location',
      join(root, folder, layout),
    ])
    const further = ['-schema-location', join(own, '{{.Group}}_{{.ResourceKind}}_{{.ResourceAPIVersion}}.json')]
    const args = ['-strict', '-output', 'json', ...locations, ...further, file]
    const { stdout, stderr } = spawnSync(toolPath('kubeconform'), args, { encoding: 'utf8', maxBuffer: 2 ** 28 })
    if (stdout === '') throw new Error(`kubeconform: ${stderr}`)
    const { resources } = JSON.parse(stdout) as { readonly resources: readonly Judged[] }
    // Its workers answer in any order.
    return (resources ?? []).map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`).sort()
  })
}

interface Judged {
  readonly kind: string
  readonly name: string
  readonly msg: string
}
