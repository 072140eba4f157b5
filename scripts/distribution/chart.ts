import { grouped } from '../../lib/grouped.js'
import { parseQuantity } from '../../lib/quantity.js'
import { version } from '../../lib/version.js'
import { emitYaml } from '../../lib/yaml/emit.js'
import { type ChartObject, chartObjects, sentinels } from './chart-system.js'
import { valuesFiles } from './chart-values.js'
import type { GeneratedFile } from './generated-file.js'
import { componentOf, isDefinition, systemObjects } from './system-objects.js'
import { literalText, opening, templateText } from './template-text.js'

const [system, definitions] = ['chart/holdfast', 'chart/holdfast-crds']

/** Helm leaves an object with this annotation in the cluster, whatever becomes of the release. */
export const keptByHelm = { 'helm.sh/resource-policy': 'keep' }

/** The two charts: the CustomResourceDefinitions, and everything else. */
export function chartFiles(): GeneratedFile[] {
  return [
    chartFile(system, 'The control plane of Holdfast: controller, built-in Functions and Tasks, Pushgateway.'),
    ...valuesFiles(system),
    { path: `${system}/templates/_heap.tpl`, text: heapTemplate },
    { path: `${system}/templates/NOTES.txt`, text: notes },
    ...systemTemplates(),
    chartFile(
      definitions,
      'The CustomResourceDefinitions of Holdfast. Install it first; it stays when it is uninstalled.',
    ),
    { path: `${definitions}/values.yaml`, text: '# This chart has no values.\n' },
    { path: `${definitions}/templates/definitions.yaml`, text: definitionsTemplate() },
  ]
}

function chartFile(folder: string, description: string): GeneratedFile {
  const chart = {
    apiVersion: 'v2',
    name: folder.split('/').at(-1),
    description,
    type: 'application',
    version,
    appVersion: version,
    kubeVersion: '>=1.30.0-0',
    keywords: ['backup', 'restic', 'gitops'],
  }
  return { path: `${folder}/Chart.yaml`, text: emitYaml(chart) }
}

/** A file for each part of the system. */
function systemTemplates(): GeneratedFile[] {
  const parts = grouped(chartObjects(), ({ object }) => componentOf(object))
  return [...parts].map(([component, objects]) => ({
    path: `${system}/templates/${component}.yaml`,
    text: guarded(objects),
  }))
}

/** Objects in their order; those with the same conditions stand in one block. */
function guarded(objects: readonly ChartObject[]): string {
  const blocks = grouped(objects, ({ conditions }) => (conditions.length === 0 ? '' : opening(conditions)))
  const texts = [...blocks].map(([action, members]) => {
    const text = members.map(({ value }) => `---\n${templateText(value, sentinels)}`).join('')
    return action === '' ? text : `{{- ${action} }}\n${text}{{- end }}\n`
  })
  return texts.join('')
}

function definitionsTemplate(): string {
  const kept = systemObjects()
    .filter(isDefinition)
    .map(object => ({
      ...object,
      metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...keptByHelm } },
    }))
  return kept.map(object => literalText(emitYaml(object))).join('---\n')
}

const units = ['', ...'numkMGTPE', ...[...'KMGTPE'].map(letter => `${letter}i`)]
const factors = units.map(unit => `"${unit}" ${parseQuantity(`1${unit}`)}`).join(' ')

// The same sum as the controller’s construct does: half of the memory limit in MiB, at least 32; 128Mi without a limit.
const heapTemplate = `{{- define "holdfast.heapOption" -}}
{{- $limit := dig "limits" "memory" "128Mi" .Values.resources -}}
{{- $unit := regexFind "([KMGTPE]i|[numkMGTPE])$" $limit -}}
{{- $factor := get (dict ${factors}) $unit -}}
{{- $bytes := mulf (trimSuffix $unit $limit | float64) $factor | ceil | int64 -}}
{{- printf "--max-old-space-size=%d" (max 32 (div $bytes 2097152)) -}}
{{- end -}}
`

const notes = `Holdfast {{ .Chart.AppVersion }} runs in namespace {{ .Release.Namespace }}.

  kubectl -n {{ .Release.Namespace }} rollout status deployment/holdfast-controller

Policies go to the namespaces of the volumes they protect. Uninstalling this release keeps the CustomResourceDefinitions,
every policy and every backup.
`
