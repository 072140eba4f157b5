import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { allContainers, type Container, type Pod, type PodStatus } from '../api/kinds.js'
import type { Registry } from '../api/registry.js'
import { recordEvent } from '../controllers/event.js'
import { ContainerRun, type NodeContext } from './container-run.js'
import { ContainerConfigError } from './environment.js'
import { type ContainerRecord, type Ending, newRecord, podStatus } from './pod-status.js'
import { Stop } from './stop.js'
import { type MountedVolume, mountVolumes } from './volume.js'
import { VolumeError } from './volume-error.js'

const retryEvery = 300
const restartDelay = 10_000

/** Runs one pod from its assignment to the node to its end, and writes its status all along. */
export class PodWorker {
  readonly pod: Pod
  private readonly registry: Registry
  private readonly context: NodeContext
  private readonly records = new Map<string, ContainerRecord>()
  private readonly runs = new Map<string, ContainerRun>()
  private readonly stop: Stop
  private volumes = new Map<string, MountedVolume>()
  private cancelDeadline = (): void => {}
  private cancelGrace = (): void => {}
  private killAt = Number.POSITIVE_INFINITY
  private abandoned = false
  private over = false

  constructor(registry: Registry, context: NodeContext, pod: Pod) {
    this.registry = registry
    this.context = context
    this.pod = pod
    this.stop = new Stop(registry.clock)
  }

  /** Ends when nothing of the pod runs any more and its last status is written. */
  async run(): Promise<void> {
    this.begin()
    try {
      if (await this.mount()) await this.runAll()
    } finally {
      this.over = true
      this.cancelDeadline()
      this.cancelGrace()
    }
    this.conclude()
  }

  /** SIGTERM now, SIGKILL when `seconds` of grace are over. Said again, it only counts when it shortens the grace. */
  terminate(reason: Ending, seconds: number): void {
    const killAt = this.registry.clock.now() + seconds * 1000
    if (this.over || killAt >= this.killAt) return
    const first = !this.stop.requested
    this.killAt = killAt
    this.stop.request(reason)
    if (first) for (const run of this.runs.values()) run.terminate()
    this.cancelGrace()
    this.cancelGrace = this.registry.clock.after(seconds * 1000, () => this.killAll())
  }

  /** The node is lost or the sandbox ends: everything dies and nothing more is written. */
  abandon(): void {
    this.abandoned = true
    this.stop.request({})
    this.killAll()
  }

  oomKill(container: string): void {
    const run = this.runs.get(container)
    if (run === undefined) throw new Error(`Container ${container} of pod ${this.pod.metadata.name} is not running.`)
    run.killOutOfMemory()
  }

  attemptOf(container: string): number | undefined {
    return this.records.get(container)?.restarts
  }

  private begin(): void {
    for (const { name } of allContainers(this.pod.spec)) this.records.set(name, newRecord(this.pod))
    const at = this.registry.timestamp()
    this.write(status => podStatus(this.pod, this.records, { ...status, startTime: at }, at))
    const seconds = this.pod.spec.activeDeadlineSeconds
    if (seconds === undefined) return
    const message = 'Pod was active on the node longer than the specified deadline'
    const grace = this.pod.spec.terminationGracePeriodSeconds ?? 30
    const expire = (): void => this.terminate({ phase: 'Failed', reason: 'DeadlineExceeded', message }, grace)
    this.cancelDeadline = this.registry.clock.after(seconds * 1000, expire)
  }

  /** False when the pod was stopped before its volumes could be mounted. */
  private async mount(): Promise<boolean> {
    const folder = join(this.context.podFolder, this.pod.metadata.uid)
    mkdirSync(folder, { recursive: true })
    chmodSync(folder, 0o755)
    while (!this.stop.requested) {
      try {
        this.volumes = await mountVolumes(this.registry.store, this.pod, join(folder, 'volumes'))
        return true
      } catch (error) {
        if (!(error instanceof VolumeError)) throw error
        this.warn('FailedMount', error.message)
        await this.stop.sleep(retryEvery)
      }
    }
    return false
  }

  private async runAll(): Promise<void> {
    for (const container of this.pod.spec.initContainers ?? []) {
      await this.keepRunning(container, true)
      if (this.stop.requested || this.exitCode(container) !== 0) return
    }
    await Promise.all(this.pod.spec.containers.map(container => this.keepRunning(container, false)))
  }

  /** Runs a container again and again as the restart policy says. */
  private async keepRunning(container: Container, initial: boolean): Promise<void> {
    while (!this.stop.requested) {
      const run = await this.start(container)
      if (run === undefined) return
      await this.follow(run)
      if (this.stop.requested || !this.restarts(container, initial)) return
      const record = this.recordOf(container)
      record.lastState = record.state
      record.restarts += 1
      const wait = Math.min(restartDelay * 2 ** (record.restarts - 1), 300_000)
      const message = `back-off ${wait / 1000}s restarting failed container=${container.name} pod=${this.pod.metadata.name}`
      this.wait(container, 'CrashLoopBackOff', message)
      await this.stop.sleep(wait)
    }
  }

  private restarts(container: Container, initial: boolean): boolean {
    const policy = this.pod.spec.restartPolicy ?? 'Always'
    if (this.exitCode(container) === 0) return policy === 'Always' && !initial
    return policy !== 'Never'
  }

  /** Tries until the container runs; undefined when the pod was stopped meanwhile. */
  private async start(container: Container): Promise<ContainerRun | undefined> {
    for (let tries = 0; !this.stop.requested; tries++) {
      const image = this.context.images.get(container.image)
      if (image === undefined) {
        this.waitForImage(container, tries)
      } else {
        try {
          const { restarts } = this.recordOf(container)
          return new ContainerRun(this.context, this.pod, container, image, this.volumes, restarts)
        } catch (error) {
          if (!(error instanceof ContainerConfigError)) throw error
          this.wait(container, 'CreateContainerConfigError', error.message)
        }
      }
      await this.stop.sleep(retryEvery)
    }
    return undefined
  }

  private waitForImage(container: Container, tries: number): void {
    const { image } = container
    if (container.imagePullPolicy === 'Never') {
      this.wait(container, 'ErrImageNeverPull', `Container image "${image}" is not present with pull policy of Never`)
      return
    }
    if (tries < 3) {
      this.wait(container, 'ErrImagePull', `failed to pull and unpack image "${image}": not found`)
      return
    }
    this.wait(container, 'ImagePullBackOff', `Back-off pulling image "${image}"`)
  }

  private async follow(run: ContainerRun): Promise<void> {
    const record = this.recordOf(run.container)
    this.runs.set(run.container.name, run)
    await run.started
    record.state = { running: { startedAt: run.startedAt } }
    this.writeRecords()
    const state = await run.ended
    this.runs.delete(run.container.name)
    record.state = state
    if (!this.stop.requested) this.writeRecords()
  }

  private wait(container: Container, reason: string, message: string): void {
    const record = this.recordOf(container)
    if (record.state.waiting?.reason === reason && record.state.waiting.message === message) return
    record.state = { waiting: { reason, message } }
    this.writeRecords()
    if (reason === 'CrashLoopBackOff') this.warn('BackOff', message)
    else this.warn('Failed', `Error: ${reason === 'CreateContainerConfigError' ? message : reason}`)
  }

  private conclude(): void {
    const ending = this.stop.reason ?? {}
    if (!this.abandoned)
      this.write(status => podStatus(this.pod, this.records, status, this.registry.timestamp(), ending))
    rmSync(join(this.context.podFolder, this.pod.metadata.uid), { recursive: true, force: true, maxRetries: 3 })
  }

  private killAll(): void {
    for (const run of this.runs.values()) run.kill()
  }

  private recordOf(container: Container): ContainerRecord {
    const record = this.records.get(container.name) ?? newRecord(this.pod)
    this.records.set(container.name, record)
    return record
  }

  private exitCode(container: Container): number | undefined {
    return this.recordOf(container).state.terminated?.exitCode
  }

  private writeRecords(): void {
    this.write(status => podStatus(this.pod, this.records, status, this.registry.timestamp()))
  }

  private write(next: (status: PodStatus) => PodStatus): void {
    if (this.abandoned) return
    this.registry.edit<Pod>('pods', this.pod, draft => {
      draft.status = next(draft.status)
    })
  }

  private warn(reason: string, message: string): void {
    if (!this.abandoned)
      recordEvent(this.registry, this.pod, { type: 'Warning', reason, message, component: 'kubelet' })
  }
}
