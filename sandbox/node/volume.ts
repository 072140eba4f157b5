import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import {
  allContainers,
  type Claim,
  type Container,
  type PersistentVolume,
  type Pod,
  type Volume,
  type VolumeMount,
} from '../api/kinds.js'
import type { Store } from '../api/store.js'
import { ContainerConfigError, type Environment } from './environment.js'
import { expand } from './expansion.js'
import { giveToGroup } from './fs-group.js'
import { VolumeError } from './volume-error.js'
import { volumeFiles, writeFiles } from './volume-file.js'

/** A volume as it lies on this machine. */
export interface MountedVolume {
  readonly source: string
  readonly readOnly: boolean
}

/** One path of a container and what is to be seen there. */
export interface Mount {
  readonly path: string
  readonly source: string
  readonly readOnly: boolean
}

/** Makes the volumes of a pod, under `folder` where they are its own. Throws VolumeError for one that cannot be made yet. */
export async function mountVolumes(store: Store, pod: Pod, folder: string): Promise<Map<string, MountedVolume>> {
  const mounted = new Map<string, MountedVolume>()
  for (const volume of usedVolumes(pod)) {
    try {
      mounted.set(volume.name, await mountVolume(store, pod, volume, join(folder, volume.name)))
    } catch (error) {
      if (!(error instanceof VolumeError)) throw error
      throw new VolumeError(`MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`)
    }
  }
  return mounted
}

/** As the kubelet does, a volume that no container mounts is left alone, whatever is wrong with it. */
function usedVolumes(pod: Pod): Volume[] {
  const used = new Set(allContainers(pod.spec).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name)))
  return (pod.spec.volumes ?? []).filter(({ name }) => used.has(name))
}

async function mountVolume(store: Store, pod: Pod, volume: Volume, folder: string): Promise<MountedVolume> {
  const { fsGroup, fsGroupChangePolicy } = pod.spec.securityContext ?? {}
  const files = volumeFiles(store, pod, volume)
  if (files !== undefined) {
    makeFolder(folder, 0o755)
    writeFiles(folder, files)
    if (fsGroup !== undefined) await giveToGroup(folder, fsGroup, { writable: false, onRootMismatch: false })
    return { source: folder, readOnly: true }
  }
  if (volume.emptyDir !== undefined) {
    makeFolder(folder, 0o777)
    if (fsGroup !== undefined) await giveToGroup(folder, fsGroup, { writable: true, onRootMismatch: false })
    return { source: folder, readOnly: false }
  }
  if (volume.hostPath !== undefined) return hostFolder(volume.hostPath.path, volume.hostPath.type ?? '')
  if (volume.persistentVolumeClaim === undefined) throw new VolumeError('the sandbox does not have this kind of volume')
  const { claimName, readOnly = false } = volume.persistentVolumeClaim
  const claimed = claimedVolume(store, pod.metadata.namespace ?? '', claimName)
  const local = claimed.spec.local?.path
  if (local !== undefined && fsGroup !== undefined && !readOnly) {
    await giveToGroup(local, fsGroup, { writable: true, onRootMismatch: fsGroupChangePolicy === 'OnRootMismatch' })
  }
  return { source: local ?? hostFolder(claimed.spec.hostPath?.path ?? '', '').source, readOnly }
}

/** The volume a claim is bound to. Throws VolumeError when it is not. */
export function claimedVolume(store: Store, namespace: string, name: string): PersistentVolume {
  const claim = store.get<Claim>('persistentvolumeclaims', namespace, name)
  if (claim === undefined) throw new VolumeError(`persistentvolumeclaim "${name}" not found`)
  const volume = store.get<PersistentVolume>('persistentvolumes', undefined, claim.spec.volumeName ?? '')
  if (volume === undefined) throw new VolumeError(`persistentvolumeclaim "${name}" is not bound`)
  return volume
}

/** The mounts of one container, sub paths made. Throws ContainerConfigError for a path outside its volume. */
export function mountsOf(container: Container, volumes: Map<string, MountedVolume>, env: Environment): Mount[] {
  return (container.volumeMounts ?? []).map(mount => {
    const volume = volumes.get(mount.name)
    if (volume === undefined) throw new ContainerConfigError(`volume "${mount.name}" not found`)
    const source = subPathOf(volume, mount, env)
    return {
      path: mount.mountPath.replace(/(.)\/+$/, '$1'),
      source,
      readOnly: volume.readOnly || mount.readOnly === true,
    }
  })
}

function subPathOf(volume: MountedVolume, mount: VolumeMount, env: Environment): string {
  const subPath = mount.subPathExpr === undefined ? mount.subPath : expand(mount.subPathExpr, env)
  if (subPath === undefined || subPath === '') return volume.source
  const source = join(volume.source, subPath)
  if (relative(volume.source, source).startsWith('..')) {
    throw new ContainerConfigError(`subPath ${JSON.stringify(subPath)} leaves volume "${mount.name}"`)
  }
  makeSubPath(volume.source, subPath)
  return source
}

/** The kubelet gives each folder that it makes the permissions of the volume's root. */
function makeSubPath(root: string, subPath: string): void {
  const { mode } = statSync(root)
  let folder = root
  for (const part of subPath.split('/')) {
    folder = join(folder, part)
    if (existsSync(folder)) continue
    mkdirSync(folder)
    chmodSync(folder, mode & 0o7777)
  }
}

function hostFolder(path: string, type: string): MountedVolume {
  if (type === 'DirectoryOrCreate' || (type === '' && !existsSync(path))) mkdirSync(path, { recursive: true })
  if (!existsSync(path)) throw new VolumeError(`hostPath type check failed: ${path} is not a directory`)
  if (type === 'Directory' && !statSync(path).isDirectory()) {
    throw new VolumeError(`hostPath type check failed: ${path} is not a directory`)
  }
  return { source: path, readOnly: false }
}

/** `mkdir` respects the umask; a volume's root must not. */
function makeFolder(folder: string, mode: number): void {
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, mode)
}
