import { Chart } from 'cdk8s'
import type { IConstruct } from 'constructs'
import type { VolumeBackupProps } from './backup-props.js'
import type { ObjectMetadata } from './metadata.js'

/** What a scope can say once for all policies below it: how things are done there, never what a policy promises. */
export type SharedProps = Partial<
  Pick<
    VolumeBackupProps,
    | 'repository'
    | 'repositorySecretName'
    | 'readAs'
    | 'privileges'
    | 'runtimeSettings'
    | 'tempDir'
    | 'interimVolumeTemplate'
    | 'image'
    | 'trigger'
    | 'notify'
  >
> &
  Pick<ObjectMetadata, 'labels' | 'annotations'>

/** Defaults as one scope states them. */
export interface StatedDefaults {
  /** Policies of other namespaces do not see them; undefined when all do. */
  readonly namespace: string | undefined
  readonly shared: SharedProps
}

// By scope, so that thousands of policies do not search through one another.
const statements = new WeakMap<IConstruct, StatedDefaults[]>()

/** Makes defaults known to every construct below a scope that is made from now on. */
export function stateDefaults(scope: IConstruct, defaults: StatedDefaults): void {
  statements.set(scope, [...(statements.get(scope) ?? []), defaults])
}

/** Defaults that a scope has stated already, oldest first. */
export const statedDefaults = (scope: IConstruct): readonly StatedDefaults[] => statements.get(scope) ?? []

/** The namespace of the chart that a construct stands in; undefined above every chart. */
export function chartNamespace(construct: IConstruct): string | undefined {
  return isInChart(construct) ? Chart.of(construct).namespace : undefined
}

/** Whether a construct is a chart or stands in one. */
export const isInChart = (construct: IConstruct): boolean => construct.node.scopes.some(scope => Chart.isChart(scope))

interface Defaultable {
  readonly metadata?: ObjectMetadata
}

/**
 * The properties of a construct, filled up with the defaults of the scopes above it: what it says itself wins, then the
 * nearest scope. A value wins as a whole; only labels and annotations are joined, key by key.
 */
export function withDefaults<P extends Defaultable>(construct: IConstruct, props: P): P {
  const namespace = props.metadata?.namespace ?? chartNamespace(construct)
  const stated = construct.node.scopes
    .flatMap(statedDefaults)
    .filter(each => each.namespace === undefined || each.namespace === namespace)
  if (stated.length === 0) return props
  const joined: Record<string, unknown> = {}
  for (const { shared } of stated) Object.assign(joined, given(shared))
  const { labels: _labels, annotations: _annotations, ...fields } = joined
  const metadata = joinedMetadata([...stated.map(({ shared }) => shared), props.metadata ?? {}])
  return { ...fields, ...given(props), ...withMetadata(props.metadata, metadata) } as P
}

// A field that is there and undefined was not given.
const given = (props: object): object =>
  Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined))

type Joined = Pick<ObjectMetadata, 'labels' | 'annotations'>

function joinedMetadata(parts: readonly Joined[]): Joined {
  const labels = Object.assign({}, ...parts.map(part => part.labels ?? {}))
  const annotations = Object.assign({}, ...parts.map(part => part.annotations ?? {}))
  return {
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  }
}

function withMetadata(own: ObjectMetadata | undefined, joined: Joined): { metadata?: ObjectMetadata } {
  const metadata = { ...own, ...joined }
  return Object.keys(metadata).length === 0 ? {} : { metadata }
}
