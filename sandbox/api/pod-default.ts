import { type Fields, fieldsOf, isFields } from './object.js'

/** The fields Kubernetes writes into a pod spec that leaves them out; in a template it is the same. */
export function withPodDefaults(spec: Fields): Fields {
  const filled: Fields = {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    ...spec,
  }
  filled['containers'] = containers(spec['containers'])
  if (spec['initContainers'] !== undefined) filled['initContainers'] = containers(spec['initContainers'])
  if (Array.isArray(spec['volumes'])) filled['volumes'] = spec['volumes'].filter(isFields).map(volume)
  const account = spec['serviceAccountName'] ?? spec['serviceAccount']
  return account === undefined ? filled : { ...filled, serviceAccountName: account, serviceAccount: account }
}

function containers(list: unknown): Fields[] {
  if (!Array.isArray(list)) return []
  return list.filter(isFields).map(container => ({
    imagePullPolicy: pullPolicy(container['image']),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    resources: {},
    ...container,
  }))
}

function pullPolicy(image: unknown): string {
  const name = typeof image === 'string' ? image : ''
  const tag = /:([^/:@]+)(@.*)?$/.exec(name)?.[1]
  return (tag === undefined && !name.includes('@')) || tag === 'latest' ? 'Always' : 'IfNotPresent'
}

function volume(volume: Fields): Fields {
  const filled = { ...volume }
  for (const source of ['secret', 'configMap', 'downwardAPI', 'projected']) {
    if (isFields(volume[source])) filled[source] = { defaultMode: 0o644, ...fieldsOf(volume, source) }
  }
  if (Object.keys(volume).length === 1) filled['emptyDir'] = {}
  if (isFields(volume['hostPath'])) filled['hostPath'] = { type: '', ...fieldsOf(volume, 'hostPath') }
  return filled
}
