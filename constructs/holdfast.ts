import { ApiObject } from 'cdk8s'
import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { z } from 'zod'
import { annotations, labels } from '../lib/api/group.js'
import { kinds } from '../lib/api/kinds.js'
import { type Resources, resourcesSchema } from '../lib/api/resources.js'
import type { PodSettings } from '../lib/api/runtime-settings.js'
import { dnsName, int32, quantity, word } from '../lib/api/text.js'
import { builtInFunctions, builtInTasks } from '../lib/built-ins.js'
import type { Problem } from '../lib/problem.js'
import { toCustomResourceDefinition } from '../lib/schema/crd.js'
import { validateObject } from '../lib/schema/validate.js'
import { placementOf } from '../lib/settings.js'
import { version } from '../lib/version.js'
import { CheckedConstruct } from './checked-construct.js'
import { Controller } from './controller.js'
import { Function as HoldfastFunction } from './function.js'
import { imageFor } from './image.js'
import { clusterScoped, identityProblems } from './metadata.js'
import { Pushgateway, pushgatewayUrlInNamespace } from './pushgateway.js'
import { orderForArgo } from './sync-wave.js'
import { keptByGitOps, labelsOf } from './system-labels.js'
import { type SystemPodSettings, systemPodSchema } from './system-pod.js'
import { type Parameters, Task } from './task.js'
import { TeamRoles } from './team-roles.js'

/** A Pushgateway that runs somewhere. */
export interface ExistingPushgateway {
  /** Its address, `http://pushgateway.monitoring.svc:9091`; empty pushes nowhere. */
  readonly url: string
}

/** A Pushgateway that is part of the installation. */
export interface DeployedPushgateway {
  readonly deploy?: true
  /** @default docker.io/prom/pushgateway:v1.11.0 */
  readonly image?: string
  /** Size of the claim that its metrics are kept on. @default 1Gi */
  readonly storage?: string
  /** @default - the cluster’s default StorageClass */
  readonly storageClassName?: string
  /** @default - 10m and 32Mi requested, 128Mi at most */
  readonly resources?: Resources
  /** What admits its pod and finds it a node. @default - the controller’s */
  readonly pod?: SystemPodSettings
}

export interface HoldfastProps {
  /** @default holdfast-system */
  readonly namespace?: string
  /** Image of controller and movers. @default - the context `holdfast.dev/image`, else this release’s image */
  readonly image?: string
  /** Controllers, of which one leads. @default 1 */
  readonly replicas?: number
  /** Where metrics are pushed. @default - a Pushgateway of Holdfast’s own */
  readonly pushgateway?: ExistingPushgateway | DeployedPushgateway
  /** Value of the `cluster` label of metrics. @default - none */
  readonly clusterName?: string
  /** Images that committed Job templates may use beside this release’s: those of earlier releases. @default - none */
  readonly trustedImages?: readonly string[]
  /** Folders of nodes (`/srv/backups`) and NFS servers (`nas:/exports`) that Repositories may use without a claim. @default - none */
  readonly repositoryFolders?: readonly string[]
  /** Of the controller. @default - 50m and 64Mi requested, 128Mi at most */
  readonly resources?: Resources
  /** What admits the pods of controller and Pushgateway and finds them nodes. @default - nothing */
  readonly pod?: SystemPodSettings
  /** Writes the CustomResourceDefinitions. @default true */
  readonly crds?: boolean
  /** Writes the built-in Functions and Tasks. @default true */
  readonly functions?: boolean
  /** Writes the ClusterRoles `holdfast-view`, `holdfast-operate` and `holdfast-edit`, and the policy for restores. @default true */
  readonly teamRoles?: boolean
}

const defaultPushgatewayImage = 'docker.io/prom/pushgateway:v1.11.0'
const defaultResources: Resources = { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } }

/** What the texts and numbers of the properties must be; TypeScript sees to the rest. */
export const holdfastPropsSchema = z.looseObject({
  replicas: int32(0, 5).optional(),
  clusterName: word(63).optional(),
  trustedImages: z.array(word(512)).max(64).optional(),
  repositoryFolders: z
    .array(word(1280).regex(/^[^/]*\//, 'an absolute folder, or server:/folder'))
    .max(64)
    .optional(),
  resources: resourcesSchema.optional(),
  pod: systemPodSchema.optional(),
  pushgateway: z
    .strictObject({
      url: z
        .string()
        .regex(/^(https?:\/\/[^@\s]+)?$/, 'an http address without a user')
        .optional(),
      deploy: z.literal(true).optional(),
      image: word(512).optional(),
      storage: quantity().optional(),
      storageClassName: dnsName().optional(),
      resources: resourcesSchema.optional(),
      pod: systemPodSchema.optional(),
    })
    .optional(),
})

/** The control plane: everything that a cluster needs once, before its first policy. */
export class Holdfast extends CheckedConstruct {
  readonly namespace: string
  readonly controller: Controller
  /** Absent when an existing one is used. */
  readonly pushgateway: Pushgateway | undefined
  /** Where metrics are pushed; empty when nowhere. */
  readonly pushgatewayUrl: string
  readonly clusterName: string
  readonly #props: HoldfastProps

  constructor(scope: Construct, id: string, props: HoldfastProps = {}) {
    super(scope, id)
    this.#props = props
    const { namespace = 'holdfast-system', pushgateway = {} } = props
    this.namespace = namespace
    if (props.crds ?? true) this.#addDefinitions()
    clusterScoped(new k8s.KubeNamespace(this, 'Namespace', { metadata: namespaceMetadata(namespace) }))
    this.pushgateway = 'url' in pushgateway ? undefined : this.#addPushgateway(pushgateway)
    this.pushgatewayUrl = 'url' in pushgateway ? pushgateway.url : (this.pushgateway?.url ?? '')
    this.clusterName = props.clusterName ?? ''
    this.controller = new Controller(this, 'Controller', {
      namespace,
      image: imageFor(this, props.image),
      replicas: props.replicas ?? 1,
      pushgatewayUrl: 'url' in pushgateway ? pushgateway.url : pushgatewayUrlInNamespace,
      clusterName: props.clusterName ?? '',
      trustedImages: props.trustedImages ?? [],
      repositoryFolders: props.repositoryFolders ?? [],
      resources: props.resources ?? defaultResources,
      pod: placementOf(props.pod as PodSettings | undefined),
    })
    if (props.teamRoles ?? true) new TeamRoles(this, 'Teams')
    if (props.functions ?? true) this.#addBuiltIns()
    // Backups run without metrics: nothing waits for the Pushgateway’s volume.
    orderForArgo(this, this.pushgateway)
  }

  protected findProblems(): Problem[] {
    const object = this.node.path
    const identity = { name: this.namespace, namespace: this.namespace }
    const found = validateObject({ spec: holdfastPropsSchema }, { spec: this.#props }, object)
    return [
      ...identityProblems(object, identity, 'Namespaced').filter(problem => problem.path === 'metadata.namespace'),
      ...found,
    ].map(problem => ({ ...problem, path: problem.path.replace(/^(spec|metadata)\./, '') }))
  }

  #addDefinitions(): void {
    for (const kind of kinds) {
      const { metadata, spec, ...definition } = toCustomResourceDefinition(kind)
      clusterScoped(
        new ApiObject(this, `Definition-${kind.plural}`, {
          ...definition,
          metadata: {
            ...metadata,
            labels: { ...labelsOf('api'), [labels.version]: version },
            // Descriptions write of `${VARIABLE}`, which Flux would replace, or refuse.
            annotations: { ...keptByGitOps, [annotations.fluxSubstitute]: 'disabled' },
          },
          // The API server would write it.
          spec: { ...spec, conversion: { strategy: 'None' } },
        }),
      )
    }
  }

  #addPushgateway(props: DeployedPushgateway): Pushgateway {
    return new Pushgateway(this, 'Pushgateway', {
      namespace: this.namespace,
      image: props.image ?? defaultPushgatewayImage,
      storage: props.storage ?? '1Gi',
      storageClassName: props.storageClassName,
      resources: props.resources,
      pod: placementOf((props.pod ?? this.#props.pod) as PodSettings | undefined),
    })
  }

  #addBuiltIns(): void {
    const metadata = { labels: labelsOf('api') }
    for (const [name, spec] of Object.entries(builtInFunctions)) {
      new HoldfastFunction(this, `Function-${name}`, { ...spec, metadata: { ...metadata, name } })
    }
    for (const [name, { steps, volumes = [] }] of Object.entries(builtInTasks)) {
      const named = steps.map(step => ({ function: step.name, params: byName(step.params) }))
      new Task(this, `Task-${name}`, { steps: named, volumes, metadata: { ...metadata, name } })
    }
  }
}

function byName(params: readonly { readonly name: string; readonly value: string }[] = []): Parameters {
  return Object.fromEntries(params.map(({ name, value }) => [name, value]))
}

// The controller and the Pushgateway pass Pod Security `restricted`, and nothing else may run there.
function namespaceMetadata(name: string) {
  const level = { enforce: 'restricted', audit: 'restricted', warn: 'restricted' }
  const security = Object.entries(level).map(([mode, value]) => [`pod-security.kubernetes.io/${mode}`, value])
  return {
    name,
    labels: { ...labelsOf('namespace'), 'kubernetes.io/metadata.name': name, ...Object.fromEntries(security) },
    annotations: { ...keptByGitOps },
  }
}
