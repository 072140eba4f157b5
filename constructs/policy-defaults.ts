import { ApiObject } from 'cdk8s'
import type { Construct } from 'constructs'
import { backupConfigurationKind } from '../lib/api/kinds.js'
import type { Problem } from '../lib/problem.js'
import type { VolumeBackupProps } from './backup-props.js'
import { CheckedConstruct } from './checked-construct.js'
import { chartNamespace, isInChart, type SharedProps, stateDefaults, statedDefaults } from './scope-defaults.js'
import { VolumeBackup } from './volume-backup.js'

/** Defaults for the policies below a scope. */
export type PolicyDefaultsProps = SharedProps & {
  readonly [K in Exclude<keyof VolumeBackupProps, keyof SharedProps>]?: never
} & {
  /** Only policies of this namespace have them. @default - the namespace of the chart, above all charts every one */
  readonly namespace?: string
}

/** The fields that are surely given, so that a policy need not give them again. */
type GivenIn<D> = { [K in keyof D]-?: undefined extends D[K] ? never : K }[keyof D]

/** Properties of a policy of which the given ones may be left out. */
export type Without<P, G extends PropertyKey> = P extends unknown
  ? Omit<P, G> & Partial<Pick<P, Extract<keyof P, G>>>
  : never

/** What a policy has to say itself where these defaults hold. */
export type PropsBelow<D, P = VolumeBackupProps> = Without<P, GivenIn<D>>

/**
 * Says once, for every policy that is made below a scope afterwards, how things are done there: repository, user,
 * resources, labels. A policy’s own properties win, then the defaults of the nearest scope. They never cross into
 * another namespace, and hold nothing that a policy promises: schedules and retention are a tier’s.
 */
export class PolicyDefaults<const D extends PolicyDefaultsProps = PolicyDefaultsProps> extends CheckedConstruct {
  /** The scope whose policies have these defaults. */
  readonly scope: Construct
  readonly #late: readonly string[]
  readonly #twice: readonly string[]
  readonly #everywhere: boolean

  constructor(scope: Construct, id: string, props: D) {
    super(scope, id)
    this.scope = scope
    const { namespace = chartNamespace(scope), ...shared }: PolicyDefaultsProps = props
    this.#everywhere = namespace === undefined && isInChart(scope)
    this.#late = policiesBelow(scope, namespace)
    this.#twice = statedTwice(scope, namespace, shared)
    stateDefaults(scope, { namespace, shared })
  }

  /** A policy in the scope; what the defaults give, it need not. */
  backup(id: string, props: PropsBelow<D>): VolumeBackup {
    return new VolumeBackup(this.scope, id, props as VolumeBackupProps)
  }

  protected findProblems(): Problem[] {
    const object = this.node.path
    const late = this.#late.map((policy): Problem => {
      const message = `come after ${policy}, which therefore does not have them; state defaults before the policies`
      return { code: 'HF1003', object, path: '', message }
    })
    const twice = this.#twice.map((field): Problem => {
      const message = 'is stated twice for this scope; state it once, so that nobody has to guess which one counts'
      return { code: 'HF1003', object, path: field, message }
    })
    return [...late, ...twice, ...(this.#everywhere ? [nowhere(object)] : [])]
  }
}

function nowhere(object: string): Problem {
  const message =
    'is missing, and the chart has none, so policies of every namespace would have these defaults; set it here, or give the chart one'
  return { code: 'HF1001', object, path: 'namespace', message }
}

function policiesBelow(scope: Construct, namespace: string | undefined): string[] {
  return scope.node
    .findAll()
    .filter(ApiObject.isApiObject)
    .filter(({ kind }) => kind === backupConfigurationKind.kind)
    .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
    .map(({ node }) => node.scope?.node.path ?? node.path)
}

function statedTwice(scope: Construct, namespace: string | undefined, shared: SharedProps): string[] {
  const others = statedDefaults(scope).filter(each => each.namespace === namespace)
  // Labels and annotations are joined.
  return Object.keys(shared).filter(
    field => field !== 'labels' && field !== 'annotations' && others.some(other => field in other.shared),
  )
}
