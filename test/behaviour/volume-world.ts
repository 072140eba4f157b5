import { randomBytes } from 'node:crypto'
import { chmod, chown } from 'node:fs/promises'
import { moverUser } from '../../lib/api/group.js'
import { isAlreadyExists } from '../../runtime/kube/api-error.js'
import type { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { NAMESPACES, PERSISTENT_VOLUME_CLAIMS } from '../../runtime/kube/resource.js'
import { apply } from './apply.js'
import { eventually } from './eventually.js'
import { TestStores } from './test-stores.js'
import { VolumeFolder } from './volume-folder.js'
import type { StoreKind, TestStore, VolumeFiles, World } from './world.js'

/** What both worlds do alike: objects through the API, volumes as folders of this machine, servers on this machine. */
export abstract class VolumeWorld implements World {
  abstract readonly kind: World['kind']
  abstract readonly image: string
  readonly client: KubeClient
  protected readonly stores: TestStores
  readonly #namespaces: string[] = []

  /** `address` is this machine’s, as pods reach it. */
  protected constructor(client: KubeClient, address: string) {
    this.client = client
    this.stores = new TestStores(address)
  }

  abstract metrics(): Promise<string>
  abstract controllerMetrics(): Promise<string>
  abstract nextSlot(namespace: string, cronJob: string): Promise<void>
  abstract outOfMemory(namespace: string, pod: string, container: string): Promise<void>
  abstract evict(namespace: string, pod: string): Promise<void>
  abstract loseNode(): Promise<void>
  abstract stopController(): Promise<void>
  abstract startController(): Promise<void>
  /** The folder behind a bound claim. */
  protected abstract folderOf(namespace: string, claim: string): Promise<string>

  async apply(...objects: readonly KubeObject[]): Promise<void> {
    await apply(this.client, objects)
  }

  async namespace(level: 'restricted' | 'baseline' = 'restricted'): Promise<string> {
    const name = `behaviour-${randomBytes(4).toString('hex')}`
    const labels = { 'pod-security.kubernetes.io/enforce': level }
    await this.client.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })
    this.#namespaces.push(name)
    return name
  }

  /** The volume belongs to the movers’ user, as if an application of that user had it. */
  async claim(
    namespace: string,
    name: string,
    options: { readonly accessModes?: readonly string[] } = {},
  ): Promise<void> {
    await this.#boundClaim(namespace, name, options.accessModes ?? ['ReadWriteOnce'])
    const folder = await this.folderOf(namespace, name)
    await chmod(folder, 0o755)
    if (process.getuid?.() === 0) await chown(folder, moverUser, moverUser)
  }

  async files(namespace: string, claim: string): Promise<VolumeFiles> {
    return new VolumeFolder(await this.folderOf(namespace, claim))
  }

  async store(kind: StoreKind, namespace: string, secretName: string): Promise<TestStore> {
    const store = await this.#emptyStore(kind, namespace, secretName)
    await this.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: secretName, namespace },
      stringData: { ...store.secret },
    })
    return store
  }

  /** Ends the servers and deletes the namespaces; nobody waits for the latter. */
  async stop(): Promise<void> {
    for (const name of this.#namespaces) await this.client.delete(NAMESPACES, name, undefined)
    await this.stores.stop()
    this.client.close()
  }

  async #boundClaim(namespace: string, name: string, accessModes: readonly string[]): Promise<void> {
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace },
      spec: { accessModes, resources: { requests: { storage: '1Gi' } } },
    }
    // Nobody may replace a claim; one that is there already is that of an answer that was lost.
    await this.client.create(PERSISTENT_VOLUME_CLAIMS, claim).catch(error => {
      if (!isAlreadyExists(error)) throw error
    })
    await eventually(
      async () => {
        const { status } = await this.client.get<ClaimObject>(PERSISTENT_VOLUME_CLAIMS, name, namespace)
        return status?.phase === 'Bound' ? true : undefined
      },
      30,
      () => `claim ${namespace}/${name} is not bound`,
    )
  }

  async #emptyStore(kind: StoreKind, namespace: string, secretName: string): Promise<TestStore> {
    if (kind === 's3') return this.stores.s3(secretName)
    if (kind === 'rest') return this.stores.rest(secretName)
    const claim = `${secretName}-volume`
    await this.#boundClaim(namespace, claim, ['ReadWriteMany'])
    return this.stores.local(claim, await this.folderOf(namespace, claim), secretName)
  }
}

interface ClaimObject extends KubeObject {
  readonly status?: { readonly phase?: string }
}
