import { z } from 'zod'
import { holdfastPropsSchema } from '../../constructs/holdfast.js'
import { defaultImage } from '../../constructs/image.js'
import { emitYaml } from '../../lib/yaml/emit.js'
import type { GeneratedFile } from './generated-file.js'

const { replicas, clusterName, trustedImages, repositoryFolders, resources, pod, pushgateway } =
  holdfastPropsSchema.shape
const switched = (what: string) => z.boolean().describe(what)

/** The values of the chart: the properties of `Holdfast` by the same names, judged by the same schema. */
export const chartValuesSchema = z.strictObject({
  image: z.string().min(1).max(512).describe('Image of controller and movers.'),
  replicas: replicas.unwrap().describe('Controllers, of which one leads.'),
  resources: resources.unwrap().describe('Of the controller. Half of the memory limit is the heap of Node.'),
  pod: pod
    .unwrap()
    .describe(
      'What admits the pods of controller and Pushgateway and finds them nodes: nodeSelector, tolerations, imagePullSecrets, priorityClassName, schedulerName, runtimeClassName.',
    ),
  clusterName: clusterName.describe('Value of the label `cluster` of metrics.'),
  trustedImages: trustedImages
    .unwrap()
    .describe('Images that committed Job templates may use beside `image`: those of earlier releases.'),
  repositoryFolders: repositoryFolders
    .unwrap()
    .describe(
      'Folders of nodes (/srv/backups) and NFS servers (nas:/exports) that Repositories may use without a claim.',
    ),
  pushgateway: pushgateway
    .unwrap()
    .required({ image: true, storage: true, resources: true })
    .describe('A Pushgateway of Holdfast’s own; with `url` set, even empty, none is installed and that one is used.'),
  functions: switched('Install the built-in Functions and Tasks.'),
  teamRoles: switched('Install the ClusterRoles holdfast-view, -operate and -edit, and the policy for restores.'),
  createNamespace: switched(
    'Write the Namespace too, with its Pod Security labels: for tools that render charts. Helm itself cannot install into a namespace that its chart brings.',
  ),
  global: z.looseObject({}).optional().describe('What Helm hands to every chart below another one; not used.'),
})

export type ChartValues = z.infer<typeof chartValuesSchema>

/** What values.yaml says. */
export const defaultValues: ChartValues = {
  image: defaultImage,
  replicas: 1,
  resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
  pod: {},
  trustedImages: [],
  repositoryFolders: [],
  pushgateway: {
    image: 'docker.io/prom/pushgateway:v1.11.0',
    storage: '1Gi',
    resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } },
  },
  functions: true,
  teamRoles: true,
  createNamespace: false,
}

/** Values without a default, as values.yaml shows them. */
const examples: Readonly<Record<string, string>> = {
  pod: [
    '# pod:',
    '#   nodeSelector: { pool: system }',
    '#   tolerations: [{ key: system, operator: Exists, effect: NoSchedule }]',
    '#   imagePullSecrets: [{ name: registry }]',
    '',
  ].join('\n'),
  clusterName: '# clusterName: production\n',
  pushgateway: [
    '  # storageClassName: fast',
    '  # pod: { nodeSelector: { pool: storage } } # instead of the one above',
    '  # url: http://pushgateway.monitoring.svc:9091',
    '',
  ].join('\n'),
}

/** Editors that know this line check the file while it is written. */
const editorHint = '# yaml-language-server: $schema=values.schema.json\n'

/** values.yaml and values.schema.json. */
export function valuesFiles(folder: string): GeneratedFile[] {
  const fields = Object.entries(chartValuesSchema.shape).flatMap(([name, { description }]) => {
    const own = Object.entries(defaultValues).filter(([key]) => key === name)
    const text = [...own.map(([key, value]) => emitYaml({ [key]: value })), examples[name] ?? ''].join('')
    return text === '' ? [] : [`${commented(description ?? '')}${text}`]
  })
  return [
    { path: `${folder}/values.yaml`, text: [editorHint, ...fields].join('\n') },
    { path: `${folder}/values.schema.json`, text: `${JSON.stringify(valuesJsonSchema(), undefined, 2)}\n` },
  ]
}

/** The JSON schema that Helm holds values against; of the draft that every version of Helm reads. */
function valuesJsonSchema() {
  const { $schema, ...schema } = z.toJSONSchema(chartValuesSchema, { target: 'draft-7', io: 'input' })
  return { $schema, title: 'Values of the Holdfast chart', ...schema }
}

/** Lines of a comment, of at most 100 characters. */
function commented(text: string): string {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last.length + word.length > 100) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`.trim()
  }
  return lines.map(line => `# ${line}\n`).join('')
}
