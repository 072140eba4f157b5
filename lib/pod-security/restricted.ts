import { fieldAt, fieldsOf, itemsOf, textOf } from '../fleet/manifest.js'
import { baselineViolations, type PodTemplate } from './baseline.js'
import { containersOf, type PlacedContainer, type PodSecurityViolation, shown } from './violation.js'

const volumeTypes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]

/**
 * What the profile `restricted` forbids in a pod, with all that `baseline` forbids (Kubernetes 1.37, Pod Security
 * Standards, every control). Stricter in two ways, so that older clusters agree: a user namespace (`hostUsers: false`)
 * and Windows excuse nothing.
 */
export function restrictedViolations(pod: PodTemplate): PodSecurityViolation[] {
  const { spec } = pod
  const containers = containersOf(spec)
  return [
    ...baselineViolations(pod),
    ...forbiddenVolumes(spec),
    ...containers.flatMap(containerViolations),
    ...userViolations(spec, containers),
    ...unsetSeccomp(spec, containers),
  ]
}

function forbiddenVolumes(spec: unknown): PodSecurityViolation[] {
  return itemsOf(fieldAt(spec, 'volumes')).flatMap(volume => {
    const { name, ...sources } = fieldsOf(volume)
    return Object.keys(sources)
      .filter(source => !volumeTypes.includes(source) && source !== 'hostPath')
      .map(source => ({
        control: 'Volume Types',
        field: `volumes[${textOf(name) ?? ''}].${source}`,
        message: `expected one of ${volumeTypes.join(', ')}`,
      }))
  })
}

function containerViolations({ place, container }: PlacedContainer): PodSecurityViolation[] {
  const found: PodSecurityViolation[] = []
  const context = fieldAt(container, 'securityContext')
  const escalation = fieldAt(context, 'allowPrivilegeEscalation')
  if (escalation !== false) {
    const field = `${place}.securityContext.allowPrivilegeEscalation`
    found.push({ control: 'Privilege Escalation', field, message: `is ${shown(escalation)}; expected false` })
  }
  const field = `${place}.securityContext.capabilities`
  const [dropped, added] = ['drop', 'add'].map(list => itemsOf(fieldAt(context, 'capabilities', list)))
  if (dropped?.includes('ALL') !== true) {
    found.push({ control: 'Capabilities', field: `${field}.drop`, message: `is ${shown(dropped)}; expected ["ALL"]` })
  }
  const foreign = added?.filter(capability => capability !== 'NET_BIND_SERVICE') ?? []
  if (foreign.length > 0) {
    const message = `has ${shown(foreign)}; only NET_BIND_SERVICE may be added`
    found.push({ control: 'Capabilities', field: `${field}.add`, message })
  }
  return found
}

function userViolations(spec: unknown, containers: readonly PlacedContainer[]): PodSecurityViolation[] {
  const found: PodSecurityViolation[] = []
  const ofPod = fieldAt(spec, 'securityContext', 'runAsNonRoot')
  // A pod that says false is refused even where every container says true.
  if (ofPod === false) found.push(nonRoot('securityContext', ofPod))
  for (const { place, container } of containers) {
    const own = fieldAt(container, 'securityContext', 'runAsNonRoot') ?? undefined
    if (own === false || (own === undefined && (ofPod ?? undefined) === undefined)) {
      found.push(nonRoot(`${place}.securityContext`, own))
    }
  }
  const places = [{ place: '', container: spec }, ...containers]
  for (const { place, container } of places) {
    if (fieldAt(container, 'securityContext', 'runAsUser') !== 0) continue
    const field = [place, 'securityContext.runAsUser'].filter(part => part !== '').join('.')
    found.push({ control: 'Running as Non-root user', field, message: 'is 0; expected any other user, or none' })
  }
  return found
}

function nonRoot(place: string, value: unknown): PodSecurityViolation {
  return {
    control: 'Running as Non-root',
    field: `${place}.runAsNonRoot`,
    message: `is ${shown(value)}; expected true, there or for the pod`,
  }
}

// What is set to something else is `baseline`’s to say.
function unsetSeccomp(spec: unknown, containers: readonly PlacedContainer[]): PodSecurityViolation[] {
  const profile = (of: unknown) => fieldAt(of, 'securityContext', 'seccompProfile', 'type') ?? undefined
  if (profile(spec) !== undefined) return []
  return containers
    .filter(({ container }) => profile(container) === undefined)
    .map(({ place }) => ({
      control: 'Seccomp',
      field: `${place}.securityContext.seccompProfile.type`,
      message: 'is nothing; expected RuntimeDefault or Localhost, there or for the pod',
    }))
}
