import { ClaimBinder } from './claim.js'
import type { Controller, ControllerContext } from './controller.js'
import { CronJobController } from './cron-job.js'
import { DefinitionController } from './definition.js'
import { DeploymentController } from './deployment.js'
import { EventExpiry } from './event-expiry.js'
import { GarbageCollector } from './garbage.js'
import { JobController } from './job.js'
import { NamespaceController } from './namespace.js'
import { NodeController } from './node.js'
import { Scheduler } from './scheduler.js'

/** All controllers of the sandbox, and what a fresh cluster holds. */
export class ControlPlane {
  readonly cronJobs: CronJobController
  readonly node: NodeController
  private readonly context: ControllerContext
  private readonly controllers: readonly Controller[]

  constructor(context: ControllerContext, volumeFolder: string, knowsImage: (image: string) => boolean) {
    this.context = context
    this.cronJobs = new CronJobController(context)
    this.node = new NodeController(context)
    this.controllers = [
      new DefinitionController(context),
      new NamespaceController(context),
      new GarbageCollector(context),
      new EventExpiry(context),
      new ClaimBinder(context, volumeFolder),
      new Scheduler(context),
      new JobController(context),
      new DeploymentController(context, knowsImage),
      this.cronJobs,
      this.node,
    ]
  }

  /** The usual namespaces, the node, and the default StorageClass `standard`. */
  furnish(): void {
    const { registry } = this.context
    const { catalogue } = registry
    this.node.register()
    for (const name of ['default', 'kube-system']) {
      registry.create(catalogue.require('namespaces'), { metadata: { name } }, undefined)
    }
    const standard = {
      metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'folder.sandbox',
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'Immediate',
    }
    registry.create(catalogue.require('storageclasses.storage.k8s.io'), standard, undefined)
  }

  stop(): void {
    for (const controller of this.controllers) controller.stop()
  }
}
