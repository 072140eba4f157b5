import { k8s } from 'cdk8s-plus-27'
import { Construct } from 'constructs'
import type { Resources } from '../lib/api/resources.js'
import { quantityBytes, quantityPattern } from '../lib/quantity.js'
import type { PlacementSettings } from '../lib/settings.js'
import { addDisruptionBudget, spreadOverNodes } from './controller-replicas.js'
import { controllerRules, leaseRules } from './controller-role.js'
import { clusterScoped } from './metadata.js'
import { fromField, placedBy, resourceList, restrictedContainer, restrictedPod, runsAs } from './restricted-pod.js'
import { labelsOf, selectorOf } from './system-labels.js'

/** The Deployment that runs sessions, and what it needs. */
export interface ControllerProps {
  readonly namespace: string
  readonly image: string
  readonly replicas: number
  /** Empty: metrics are pushed nowhere. */
  readonly pushgatewayUrl: string
  readonly clusterName: string
  readonly trustedImages: readonly string[]
  readonly repositoryFolders: readonly string[]
  readonly resources: Resources
  readonly pod: PlacementSettings
}

const name = 'holdfast-controller'
const metricsPort = 8080
const rbac = 'rbac.authorization.k8s.io'

/** The controller: Deployment, Service for its metrics, ServiceAccount and roles. */
export class Controller extends Construct {
  readonly deployment: k8s.KubeDeployment
  readonly service: k8s.KubeService

  constructor(scope: Construct, id: string, props: ControllerProps) {
    super(scope, id)
    const { namespace } = props
    const metadata = { name, namespace, labels: labelsOf('controller') }
    new k8s.KubeServiceAccount(this, 'ServiceAccount', { metadata, automountServiceAccountToken: false })
    this.#bind(metadata)
    this.deployment = new k8s.KubeDeployment(this, 'Deployment', { metadata, spec: deploymentSpec(props) })
    addDisruptionBudget(this, metadata, props.replicas)
    this.service = new k8s.KubeService(this, 'Service', {
      metadata,
      spec: serviceSpec('controller', 'metrics', metricsPort),
    })
  }

  #bind(metadata: {
    readonly name: string
    readonly namespace: string
    readonly labels: Record<string, string>
  }): void {
    const { namespace, ...clusterMetadata } = metadata
    const subjects = [{ kind: 'ServiceAccount', name, namespace }]
    clusterScoped(
      new k8s.KubeClusterRole(this, 'ClusterRole', { metadata: clusterMetadata, rules: [...controllerRules] }),
    )
    clusterScoped(
      new k8s.KubeClusterRoleBinding(this, 'ClusterRoleBinding', {
        metadata: clusterMetadata,
        roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
        subjects,
      }),
    )
    new k8s.KubeRole(this, 'Role', { metadata, rules: [...leaseRules] })
    new k8s.KubeRoleBinding(this, 'RoleBinding', {
      metadata,
      roleRef: { apiGroup: rbac, kind: 'Role', name },
      subjects,
    })
  }
}

/** A Service of one port inside the cluster, every field written that the API server would fill in alike everywhere. */
export function serviceSpec(component: string, portName: string, port: number): k8s.ServiceSpec {
  return {
    type: 'ClusterIP',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
    selector: selectorOf(component),
    ports: [{ name: portName, port, protocol: 'TCP', targetPort: k8s.IntOrString.fromString(portName) }],
  }
}

/** An HTTP probe, every field written. */
export function httpProbe(path: string, port: string, failureThreshold = 3): k8s.Probe {
  return {
    httpGet: { path, port: k8s.IntOrString.fromString(port), scheme: 'HTTP' },
    periodSeconds: 10,
    timeoutSeconds: 5,
    successThreshold: 1,
    failureThreshold,
  }
}

function deploymentSpec(props: ControllerProps): k8s.DeploymentSpec {
  return {
    replicas: props.replicas,
    selector: { matchLabels: selectorOf('controller') },
    strategy: {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) },
    },
    revisionHistoryLimit: 3,
    progressDeadlineSeconds: 600,
    template: {
      metadata: { labels: labelsOf('controller') },
      spec: {
        ...restrictedPod(),
        ...runsAs(name),
        ...spreadOverNodes(props.replicas),
        ...placedBy(props.pod),
        automountServiceAccountToken: true,
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: 30,
        containers: [container(props)],
      },
    },
  }
}

function container(props: ControllerProps): k8s.Container {
  return {
    name: 'controller',
    image: props.image,
    command: ['node', ...smallHeap(props.resources), '/opt/holdfast/controller.cjs'],
    args: [
      '--namespace=$(POD_NAMESPACE)',
      '--image=$(HOLDFAST_IMAGE)',
      `--trusted-images=${JSON.stringify(props.trustedImages)}`,
      ...(props.repositoryFolders.length === 0
        ? []
        : [`--repository-folders=${JSON.stringify(props.repositoryFolders)}`]),
      `--pushgateway-url=${props.pushgatewayUrl}`,
      `--cluster-name=${props.clusterName}`,
      `--metrics-port=${metricsPort}`,
    ],
    env: [
      // A value of its own, so that kustomize’s `images` can change it with the container’s image.
      { name: 'HOLDFAST_IMAGE', value: props.image },
      fromField('POD_NAMESPACE', 'metadata.namespace'),
      // One arena: the threads of Node would otherwise keep a pool of free memory each.
      { name: 'MALLOC_ARENA_MAX', value: '1' },
    ],
    ports: [{ name: 'metrics', containerPort: metricsPort, protocol: 'TCP' }],
    livenessProbe: httpProbe('/healthz', 'metrics', 6),
    readinessProbe: httpProbe('/readyz', 'metrics'),
    ...restrictedContainer(resourceList(props.resources)),
  }
}

// The controller waits most of its life: without optimized code and with a small young generation it rests in a
// quarter less memory. One megabyte of it is too small: a burst of sessions then spends a third of its time collecting.
function smallHeap(resources: Resources): string[] {
  return ['--lite-mode', '--max-semi-space-size=4', `--max-old-space-size=${heapMegabytes(resources)}`]
}

// Node must collect garbage before the kernel kills it: half of the limit, since code and buffers live beside the heap.
function heapMegabytes(resources: Resources): number {
  const limit = resources.limits?.['memory'] ?? ''
  const bytes = new RegExp(quantityPattern).test(limit) ? quantityBytes(limit) : 128 * 2 ** 20
  return Math.max(32, Math.floor(bytes / 2 ** 21))
}
