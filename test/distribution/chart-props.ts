import fc from 'fast-check'
import type {
  DeployedPushgateway,
  ExistingPushgateway,
  HoldfastProps,
  SystemPodSettings,
  Toleration,
} from '../../constructs/index.js'
import type { Resources } from '../../lib/api/resources.js'
import type { ManifestObject } from '../../lib/fleet/manifest.js'
import { type ChartValues, defaultValues } from '../../scripts/distribution/chart-values.js'
import { constructObjects } from './construct-objects.js'

type Fields = Readonly<Record<string, unknown>>

/** Values that a user gives; the chart has the others. */
export type GivenValues = { readonly [name in keyof ChartValues]?: unknown }

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What Helm makes of the chart’s values and the user’s: maps are merged, null takes away, anything else replaces. */
function merged(own: Fields, given: Fields): Fields {
  const all: Record<string, unknown> = { ...own }
  for (const [key, value] of Object.entries(given)) {
    if (value === null) delete all[key]
    else if (isFields(value)) all[key] = merged(isFields(own[key]) ? own[key] : {}, value)
    else all[key] = value
  }
  return all
}

/** Every property, so that a new one is a value too or is named here. */
type EveryProp = { readonly [name in keyof Required<HoldfastProps>]: HoldfastProps[name] | undefined }

function propsOf(values: ChartValues, namespace: string): HoldfastProps {
  const { url, ...own } = values.pushgateway
  const { image, replicas, clusterName, trustedImages, repositoryFolders, functions, teamRoles } = values
  const others = { image, replicas, clusterName, trustedImages, repositoryFolders, functions, teamRoles }
  const [resources, pod] = [values.resources as Resources, values.pod as SystemPodSettings]
  const pushgateway = (url === undefined ? own : { url }) as DeployedPushgateway | ExistingPushgateway
  const props: EveryProp = { namespace, crds: false, pushgateway, resources, pod, ...others }
  return JSON.parse(JSON.stringify(props))
}

/** The objects of the construct with the properties that the values stand for. */
export function expectedObjects(given: GivenValues, namespace: string): ManifestObject[] {
  const values = merged(defaultValues, given) as unknown as ChartValues
  const objects = constructObjects(propsOf(values, namespace))
  return objects.filter(({ kind }) => values.createNamespace || kind !== 'Namespace')
}

/** No YAML reader takes these as they are: U+2028 and U+2029 are escaped in JSON by some writers only. */
const text = (maxLength: number) =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength })
    .filter(each => /^[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]+$/.test(each) && each.length <= maxLength)

const awkward = fc.constantFrom(
  '{{ .Values.x }}',
  "it's",
  '"',
  '\\',
  '%s%d',
  'yes',
  '0o17',
  '1e3',
  '<&>',
  ' a: b # c ',
  '~',
)
const word = (maxLength: number) => fc.oneof(text(maxLength), awkward)
const folder = text(40).map(each => `/${each}`)
const quantity = fc.oneof(
  fc.constantFrom('0', '128Mi', '512Mi', '1.5Gi', '2e9', '.5Gi', '3.Gi', '100000k', '64M', '1Ti', '999999999', '1500m'),
  fc.integer({ min: 1, max: 4096 }).map(each => `${each}Mi`),
)
const amounts = fc.record({ cpu: quantity, memory: fc.option(quantity) }, { requiredKeys: [] })

const label = fc.constantFrom('pool', 'example.com/pool', 'null', '1')
const anyPod = fc.record(
  {
    nodeSelector: fc.dictionary(label, fc.constantFrom('system', 'true', '1', ''), { maxKeys: 2 }),
    tolerations: fc.array(
      fc.record(
        {
          key: label,
          operator: fc.constantFrom('Exists', 'Equal'),
          value: fc.constantFrom('yes', '1e3', '~'),
          effect: fc.constantFrom('NoSchedule', 'NoExecute'),
          tolerationSeconds: fc.constantFrom(0, 300, 2147483647),
        } satisfies Record<keyof Toleration, fc.Arbitrary<unknown>>,
        { requiredKeys: [] },
      ),
      { maxLength: 2 },
    ),
    imagePullSecrets: fc.array(fc.record({ name: fc.constantFrom('registry', '1', 'yes') }), { maxLength: 2 }),
    priorityClassName: fc.constantFrom('system-cluster-critical', '1'),
    schedulerName: fc.constantFrom('own', 'null'),
    runtimeClassName: fc.constantFrom('gvisor', 'true'),
  } satisfies Record<keyof SystemPodSettings, fc.Arbitrary<unknown>>,
  { requiredKeys: [] },
)

/** Any values that the chart takes, awkward texts included. */
export const anyValues: fc.Arbitrary<GivenValues> = fc.record(
  {
    image: word(60),
    replicas: fc.integer({ min: 0, max: 5 }),
    resources: fc.record({ requests: amounts, limits: fc.option(amounts) }, { requiredKeys: [] }),
    pod: anyPod,
    clusterName: word(60),
    trustedImages: fc.array(word(40), { maxLength: 3 }),
    repositoryFolders: fc.array(folder, { maxLength: 3 }),
    pushgateway: fc.record(
      {
        image: word(40),
        storage: fc.constantFrom('1Gi', '500M', '10Ti'),
        storageClassName: fc.constantFrom('fast', '1', 'null'),
        resources: fc.record({ requests: amounts, limits: fc.option(amounts) }, { requiredKeys: [] }),
        pod: anyPod,
        deploy: fc.constant(true),
        url: fc.constantFrom('', 'http://pushgateway.monitoring.svc:9091', 'https://push.example.com/%7Ea?b="c"'),
      } satisfies Record<keyof ChartValues['pushgateway'], fc.Arbitrary<unknown>>,
      { requiredKeys: [] },
    ),
    functions: fc.boolean(),
    teamRoles: fc.boolean(),
    createNamespace: fc.boolean(),
    global: fc.constant({ of: 'another chart' }),
  } satisfies Record<keyof ChartValues, fc.Arbitrary<unknown>>,
  { requiredKeys: [] },
)

/** Names of namespaces, those included that YAML reads as numbers or words. */
export const anyNamespace = fc.constantFrom('holdfast-system', 'elsewhere', '123', '1e3', 'null', 'y')
