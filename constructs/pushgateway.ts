import { k8s } from 'cdk8s-plus-27'
import { Construct } from 'constructs'
import type { Resources } from '../lib/api/resources.js'
import type { PlacementSettings } from '../lib/settings.js'
import { httpProbe, serviceSpec } from './controller.js'
import { placedBy, resourceList, restrictedContainer, restrictedPod, runsAs } from './restricted-pod.js'
import { labelsOf, selectorOf } from './system-labels.js'

export interface PushgatewayProps {
  readonly namespace: string
  readonly image: string
  readonly storage: string
  /** Absent: the cluster’s default StorageClass. */
  readonly storageClassName: string | undefined
  /** Absent: 10m and 32Mi requested, 128Mi at most. */
  readonly resources?: Resources | undefined
  readonly pod: PlacementSettings
}

const name = 'holdfast-pushgateway'
const port = 9091
/** The image’s own user, “nobody”. */
const user = 65534
const defaultResources: Resources = { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } }

/** Its address for a container that has its namespace as `POD_NAMESPACE`: the same in every namespace. */
export const pushgatewayUrlInNamespace = `http://${name}.$(POD_NAMESPACE).svc:${port}`

/** A Pushgateway of Holdfast’s own, in one replica, whose metrics outlive its pod. */
export class Pushgateway extends Construct {
  /** Its address, for every namespace. */
  readonly url: string
  readonly deployment: k8s.KubeDeployment
  readonly claim: k8s.KubePersistentVolumeClaim
  readonly service: k8s.KubeService

  constructor(scope: Construct, id: string, props: PushgatewayProps) {
    super(scope, id)
    const { namespace, storage, storageClassName } = props
    const metadata = { name, namespace, labels: labelsOf('pushgateway') }
    this.url = `http://${name}.${namespace}.svc:${port}`
    new k8s.KubeServiceAccount(this, 'ServiceAccount', { metadata, automountServiceAccountToken: false })
    this.claim = new k8s.KubePersistentVolumeClaim(this, 'Claim', {
      metadata,
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: k8s.Quantity.fromString(storage) } },
        volumeMode: 'Filesystem',
        ...(storageClassName === undefined ? {} : { storageClassName }),
      },
    })
    this.deployment = new k8s.KubeDeployment(this, 'Deployment', { metadata, spec: deploymentSpec(props) })
    this.service = new k8s.KubeService(this, 'Service', { metadata, spec: serviceSpec('pushgateway', 'http', port) })
  }
}

function deploymentSpec(props: PushgatewayProps): k8s.DeploymentSpec {
  return {
    replicas: 1,
    selector: { matchLabels: selectorOf('pushgateway') },
    // Two pods must not write one file.
    strategy: { type: 'Recreate' },
    revisionHistoryLimit: 3,
    progressDeadlineSeconds: 600,
    template: {
      metadata: { labels: labelsOf('pushgateway') },
      spec: {
        ...restrictedPod(user, user),
        ...runsAs(name),
        ...placedBy(props.pod),
        automountServiceAccountToken: false,
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: 30,
        containers: [
          {
            name: 'pushgateway',
            image: props.image,
            args: [`--web.listen-address=:${port}`, '--persistence.file=/data/metrics', '--persistence.interval=1m'],
            ports: [{ name: 'http', containerPort: port, protocol: 'TCP' }],
            volumeMounts: [{ name: 'data', mountPath: '/data' }],
            livenessProbe: httpProbe('/-/healthy', 'http'),
            readinessProbe: httpProbe('/-/ready', 'http'),
            ...restrictedContainer(resourceList(props.resources ?? defaultResources)),
          },
        ],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }],
      },
    },
  }
}
