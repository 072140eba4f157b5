/** A volume cannot be mounted as things are; the pod waits and the kubelet tries again. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError'
}
