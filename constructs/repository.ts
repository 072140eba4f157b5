import { ApiObject, Lazy } from 'cdk8s'
import type { Construct } from 'constructs'
import { apiVersion } from '../lib/api/group.js'
import { repositoryKind } from '../lib/api/kinds.js'
import type { RepositorySpec } from '../lib/api/repository.js'
import type { Problem } from '../lib/problem.js'
import { defaultMaintenanceInterval, defaultMaxConcurrentSessions } from '../lib/repository-defaults.js'
import { deprecationsIn } from '../lib/schema/deprecation.js'
import { validateObject } from '../lib/schema/validate.js'
import type { Backend } from './backend.js'
import { CheckedConstruct } from './checked-construct.js'
import { identityOf, identityProblems, metadataFor, type ObjectMetadata } from './metadata.js'

/** A Repository, wherever it is written. */
export interface IRepository {
  readonly name: string
  /** Absent: the namespace of whoever uses it. */
  readonly namespace: string | undefined
  /** Absent: written elsewhere, so that Jobs are resolved by the controller instead of the compiler. */
  readonly spec: RepositorySpec | undefined
}

export interface RepositoryProps {
  readonly metadata?: ObjectMetadata
  /** Where the data lies. */
  readonly backend: Backend
  /** First part of the host of every snapshot, where clusters share a repository. @default - none */
  readonly clusterName?: string
  /** Namespaces that may use the Repository. @default - only its own */
  readonly usagePolicy?: RepositorySpec['usagePolicy']
  /** Sessions that run at once on this store. @default 4 */
  readonly maxConcurrentSessions?: number
  /** Retention, integrity check and freeing of space. @default - forget after every backup, check and prune every 168h */
  readonly maintenance?: RepositorySpec['maintenance']
}

/** A restic repository: where it lies, who may use it and how it is maintained. */
export class Repository extends CheckedConstruct implements IRepository {
  /** A Repository that is written elsewhere. Without its spec, policies carry no Job template. */
  static fromRepositoryName(
    _scope: Construct,
    _id: string,
    reference: { readonly name: string; readonly namespace?: string },
  ): IRepository {
    return { name: reference.name, namespace: reference.namespace, spec: undefined }
  }

  /** A Repository that is written elsewhere and whose manifest is at hand, so that policies carry their Job template. */
  static fromManifest(scope: Construct, id: string, manifest: RepositoryManifest): IRepository {
    return new ImportedRepository(scope, id, manifest)
  }

  readonly name: string
  readonly namespace: string | undefined
  readonly spec: RepositorySpec
  readonly repository: ApiObject

  constructor(scope: Construct, id: string, props: RepositoryProps) {
    super(scope, id)
    const identity = identityOf(this, id, props.metadata)
    this.name = identity.name
    this.namespace = identity.namespace
    this.spec = specOf(props)
    this.repository = new ApiObject(this, 'Resource', {
      apiVersion,
      kind: repositoryKind.kind,
      metadata: metadataFor(identity, props.metadata),
      spec: Lazy.any({ produce: () => this.spec }),
    })
  }

  protected override findWarnings(): Problem[] {
    return deprecationsIn(repositoryKind, this, this.node.path)
  }

  protected findProblems(): Problem[] {
    const object = this.node.path
    return [...identityProblems(object, this, 'Namespaced'), ...validateObject(repositoryKind, this, object)]
  }
}

/** The parts of a Repository’s manifest that a policy needs. */
export interface RepositoryManifest {
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly spec: RepositorySpec
}

class ImportedRepository extends CheckedConstruct implements IRepository {
  readonly name: string
  readonly namespace: string | undefined
  readonly spec: RepositorySpec

  constructor(scope: Construct, id: string, manifest: RepositoryManifest) {
    super(scope, id)
    this.name = manifest.metadata.name
    this.namespace = manifest.metadata.namespace
    this.spec = manifest.spec
  }

  protected findProblems(): Problem[] {
    return validateObject(repositoryKind, this, this.node.path)
  }
}

function specOf(props: RepositoryProps): RepositorySpec {
  const { clusterName, usagePolicy, maintenance } = props
  const interval = defaultMaintenanceInterval
  return {
    // Absent only when a program without types says so; validation names it.
    backend: props.backend?.spec,
    ...(clusterName === undefined ? {} : { clusterName }),
    usagePolicy: usagePolicy ?? { allowedNamespaces: { from: 'Same' } },
    maxConcurrentSessions: props.maxConcurrentSessions ?? defaultMaxConcurrentSessions,
    maintenance: {
      ...maintenance,
      check: { interval, ...maintenance?.check },
      prune: { interval, ...maintenance?.prune },
    },
  }
}
