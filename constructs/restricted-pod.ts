import { k8s } from 'cdk8s-plus-27'
import { moverUser } from '../lib/api/group.js'
import type { PlacementSettings } from '../lib/settings.js'

/** The pod part that Pod Security `restricted` asks for, and every field that the API server would fill in. */
export function restrictedPod(user: number = moverUser, fsGroup?: number) {
  return {
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      ...(fsGroup === undefined ? {} : { fsGroup, fsGroupChangePolicy: 'OnRootMismatch' }),
      seccompProfile: { type: 'RuntimeDefault' },
    },
  }
}

/** The container part of the same. */
export function restrictedContainer(resources: k8s.ResourceRequirements) {
  return {
    imagePullPolicy: 'IfNotPresent',
    resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  }
}

/** A ServiceAccount by its name; the second field is its old name, which the API server fills in. */
export function runsAs(name: string) {
  return { serviceAccountName: name, serviceAccount: name } as const
}

/** What admits a pod and finds it a node, as the client library wants it. */
export const placedBy = (settings: PlacementSettings) => settings as Pick<k8s.PodSpec, keyof PlacementSettings>

/** A variable from a field of the pod. */
export function fromField(name: string, fieldPath: string): k8s.EnvVar {
  return { name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } }
}

/** Quantities as the client library wants them. */
export function resourceList(resources: {
  readonly requests?: Readonly<Record<string, string>> | undefined
  readonly limits?: Readonly<Record<string, string>> | undefined
}): k8s.ResourceRequirements {
  const { requests, limits } = resources
  return {
    ...(requests === undefined ? {} : { requests: quantities(requests) }),
    ...(limits === undefined ? {} : { limits: quantities(limits) }),
  }
}

function quantities(amounts: Readonly<Record<string, string>>): Record<string, k8s.Quantity> {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, k8s.Quantity.fromString(amount)]))
}
