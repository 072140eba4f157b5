import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Claim, PersistentVolume, Pod } from '../api/kinds.js'
import type { KubeObject } from '../api/object.js'
import type { Registry } from '../api/registry.js'
import type { Change } from '../api/store.js'
import type { Controller, ControllerContext } from './controller.js'
import { recordEvent } from './event.js'
import { splitKey, Work, workKey } from './work.js'

export const selectedNode = 'volume.kubernetes.io/selected-node'
const defaultClass = 'storageclass.kubernetes.io/is-default-class'

/** Binds claims to folders, at once or when a pod wants them, as their StorageClass says; reclaims the folders. */
export class ClaimBinder implements Controller {
  private readonly registry: Registry
  private readonly work: Work
  private readonly folder: string
  private readonly unsubscribe: () => void

  /** Folders of dynamically made volumes come to lie under `folder`. */
  constructor(context: ControllerContext, folder: string) {
    this.registry = context.registry
    this.folder = folder
    this.work = new Work(key => this.reconcile(key), context)
    this.unsubscribe = this.registry.store.subscribe(change => this.seen(change))
  }

  stop(): void {
    this.unsubscribe()
    this.work.stop()
  }

  private seen(change: Change): void {
    const { resource, object } = change
    if (resource === 'persistentvolumeclaims') {
      if (change.type === 'DELETED') this.reclaim(object as Claim)
      else this.work.add(workKey(object.metadata))
    } else if (resource === 'persistentvolumes' || resource === 'storageclasses.storage.k8s.io') this.retryAll()
    else if (resource === 'pods') for (const name of claimsOf(object as Pod)) this.retry(object, name)
  }

  private retry(pod: KubeObject, claim: string): void {
    this.work.add(`${pod.metadata.namespace ?? ''}/${claim}`)
  }

  private retryAll(): void {
    for (const claim of this.registry.store.list('persistentvolumeclaims')) this.work.add(workKey(claim.metadata))
  }

  private reconcile(key: string): void {
    const claim = this.registry.store.get<Claim>('persistentvolumeclaims', ...splitKey(key))
    if (claim === undefined) return
    if (claim.metadata.deletionTimestamp !== undefined) {
      this.release(claim)
      return
    }
    if (claim.status.phase === 'Bound') return
    const volume = this.existingVolume(claim) ?? this.provision(claim)
    if (volume !== undefined) this.bind(claim, volume)
  }

  /** A claim stays until the last pod that mounts it is gone, though it be over (`kubernetes.io/pvc-protection`). */
  private release(claim: Claim): void {
    const pods = this.registry.store.list<Pod>('pods', claim.metadata.namespace)
    if (pods.some(pod => claimsOf(pod).includes(claim.metadata.name))) return
    this.registry.edit('persistentvolumeclaims', claim, draft => {
      draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter(
        name => name !== 'kubernetes.io/pvc-protection',
      )
    })
  }

  private existingVolume(claim: Claim): PersistentVolume | undefined {
    const { name, namespace } = claim.metadata
    const volumes = this.registry.store.list<PersistentVolume>('persistentvolumes')
    return volumes.find(volume => {
      const reference = volume.spec.claimRef
      if (reference !== undefined) return reference.name === name && reference.namespace === namespace
      if (claim.spec.volumeName !== undefined) return claim.spec.volumeName === volume.metadata.name
      const sameClass = (volume.spec.storageClassName ?? '') === (claim.spec.storageClassName ?? 'none')
      return sameClass && volume.status?.phase !== 'Released'
    })
  }

  private provision(claim: Claim): PersistentVolume | undefined {
    if (claim.spec.volumeName !== undefined) return undefined
    const storageClass = this.classOf(claim)
    if (storageClass === undefined && claim.spec.storageClassName) this.refuse(claim, claim.spec.storageClassName)
    if (storageClass === undefined || claim.spec.storageClassName === '') return undefined
    const waits = storageClass['volumeBindingMode'] === 'WaitForFirstConsumer'
    if (waits && claim.metadata.annotations?.[selectedNode] === undefined) return undefined
    const name = `pvc-${claim.metadata.uid}`
    const path = join(this.folder, name)
    mkdirSync(path, { recursive: true })
    chmodSync(path, 0o777)
    const spec = {
      capacity: claim.spec.resources?.requests ?? {},
      accessModes: claim.spec.accessModes ?? [],
      persistentVolumeReclaimPolicy: storageClass['reclaimPolicy'] ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      volumeMode: 'Filesystem',
      local: { path },
    }
    const resource = this.registry.catalogue.require('persistentvolumes')
    const annotations = { 'pv.kubernetes.io/provisioned-by': String(storageClass['provisioner']) }
    return this.registry.create(resource, { metadata: { name, annotations }, spec }, undefined) as PersistentVolume
  }

  private refuse(claim: Claim, wanted: string): void {
    const message = `storageclass.storage.k8s.io "${wanted}" not found`
    const component = 'persistentvolume-controller'
    recordEvent(this.registry, claim, { type: 'Warning', reason: 'ProvisioningFailed', message, component })
  }

  private classOf(claim: Claim): KubeObject | undefined {
    const classes = this.registry.store.list('storageclasses.storage.k8s.io')
    const wanted = claim.spec.storageClassName
    return classes.find(one =>
      wanted === undefined ? one.metadata.annotations?.[defaultClass] === 'true' : one.metadata.name === wanted,
    )
  }

  private bind(claim: Claim, volume: PersistentVolume): void {
    const { name, namespace = '', uid } = claim.metadata
    this.registry.edit<PersistentVolume>('persistentvolumes', volume, draft => {
      const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid }
      draft.spec = { ...draft.spec, claimRef }
      draft.status = { phase: 'Bound' }
    })
    this.registry.edit<Claim>('persistentvolumeclaims', claim, draft => {
      draft.metadata.annotations = { ...draft.metadata.annotations, 'pv.kubernetes.io/bind-completed': 'yes' }
      const storageClassName = draft.spec.storageClassName ?? volume.spec.storageClassName ?? ''
      draft.spec = { ...draft.spec, storageClassName, volumeName: volume.metadata.name }
      const bound = { phase: 'Bound', accessModes: volume.spec.accessModes, capacity: volume.spec.capacity }
      draft.status = bound
    })
  }

  private reclaim(claim: Claim): void {
    const volume = this.registry.store.get<PersistentVolume>(
      'persistentvolumes',
      undefined,
      claim.spec.volumeName ?? '',
    )
    if (volume?.spec.claimRef?.uid !== claim.metadata.uid) return
    if (volume.spec.persistentVolumeReclaimPolicy !== 'Delete') {
      this.registry.edit<PersistentVolume>('persistentvolumes', volume, draft => {
        draft.status = { phase: 'Released' }
      })
      return
    }
    this.registry.discard('persistentvolumes', volume)
    const path = volume.spec.local?.path
    if (path?.startsWith(this.folder)) rmSync(path, { recursive: true, force: true })
  }
}

export function claimsOf(pod: Pod): string[] {
  return (pod.spec.volumes ?? []).flatMap(volume => volume.persistentVolumeClaim?.claimName ?? [])
}
