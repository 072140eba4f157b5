import type { KubeObject } from '../../runtime/kube/object.js'

/** Where a pod of an application works. */
export interface DemoPodPlace {
  readonly namespace: string
  readonly name: string
  readonly claim: string
  readonly subPath: string
}

/** A pod that passes Pod Security `restricted`: it writes `hello.txt` into its sub-path once and goes on running. */
export function demoPod(image: string, { namespace, name, claim, subPath }: DemoPodPlace): KubeObject {
  const script = `echo "hello from ${name}" > /sample/data/hello.txt; trap 'exit 0' TERM; sleep 3600 & wait`
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 1000,
        fsGroup: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: 'busy',
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['sh', '-c', script],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          volumeMounts: [{ name: 'volume', mountPath: '/sample/data', subPath }],
        },
      ],
      volumes: [{ name: 'volume', persistentVolumeClaim: { claimName: claim } }],
    },
  }
}
