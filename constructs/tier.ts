import type { Construct } from 'constructs'
import { labels } from '../lib/api/group.js'
import { InvalidInputError } from '../lib/problem.js'
import type { VolumeBackupProps } from './backup-props.js'
import { PolicyDefaults, type PolicyDefaultsProps, type PropsBelow, type Without } from './policy-defaults.js'
import { VolumeBackup } from './volume-backup.js'

/** What a tier leaves to each policy and to the defaults of its scope: whose data it is, and how things are done there. */
type LeftOpen =
  | 'metadata'
  | 'claim'
  | 'repository'
  | 'repositorySecretName'
  | 'alias'
  | 'mountPath'
  | 'subPath'
  | 'paths'
  | 'exclude'
  | 'args'
  | 'task'
  | 'hooks'
  | 'notify'
  | 'readAs'
  | 'privileges'
  | 'runtimeSettings'
  | 'tempDir'
  | 'interimVolumeTemplate'
  | 'image'
  | 'trigger'
  | 'workload'
  | 'expectedDuration'

type OmitFrom<P, K extends PropertyKey> = P extends unknown ? Omit<P, K> : never

/** What a tier promises: an objective or a schedule, retention, and how failures are judged. */
export type TierProps = OmitFrom<VolumeBackupProps, LeftOpen> & { readonly [K in LeftOpen]?: never }

// An objective and a schedule exclude each other, so a policy of a tier has the tier’s one.
type SameSort<T> = VolumeBackupProps extends infer P
  ? P extends VolumeBackupProps
    ? T extends OmitFrom<P, LeftOpen>
      ? P
      : never
    : never
  : never

// Changes stay within the tier’s sort, too.
type SortOf<T> = TierProps extends infer P ? (P extends TierProps ? (T extends P ? P : never) : never) : never

type Changed<T, C> = Omit<T, keyof C> & C extends infer R extends TierProps ? R : never

/** What a policy of a tier has to say itself. What it says beyond that wins over the tier. */
export type TieredProps<T> = Without<SameSort<T>, keyof T>

// Kubernetes API: a label’s value.
const label = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/

/**
 * A promise with a name that many policies make. Their configurations carry the label `holdfast.dev/tier`. Throws
 * InvalidInputError HF1004 for a name that is no value of a label.
 */
export class Tier<const T extends TierProps = TierProps> {
  readonly name: string
  readonly props: T

  constructor(name: string, props: T) {
    if (!label.test(name)) {
      const message = 'is no value of a label; expected at most 63 letters, digits, dashes, dots and underscores'
      throw new InvalidInputError([{ code: 'HF1004', object: `tier '${name}'`, path: '', message }])
    }
    this.name = name
    // What a policy of the tier promises does not change with an object that somebody else goes on using.
    this.props = Object.freeze({ ...props })
  }

  /** A policy of this tier. Below defaults that are given in place of a scope, what they give need not be said. */
  backup<D extends PolicyDefaultsProps>(
    defaults: PolicyDefaults<D>,
    id: string,
    props: PropsBelow<D, TieredProps<T>>,
  ): VolumeBackup
  backup(scope: Construct, id: string, props: TieredProps<T>): VolumeBackup
  backup(scope: Construct, id: string, props: object): VolumeBackup {
    const place = scope instanceof PolicyDefaults ? scope.scope : scope
    return new VolumeBackup(place, id, this.propsOf(props as Partial<VolumeBackupProps>))
  }

  /** Another tier that promises the same, but for what is said here. */
  with<const C extends Partial<SortOf<T>>>(name: string, changes: C): Tier<Changed<T, C>> {
    return new Tier(name, { ...this.props, ...changes } as unknown as Changed<T, C>)
  }

  private propsOf(own: Partial<VolumeBackupProps>): VolumeBackupProps {
    const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined))
    const metadata = { ...own.metadata, labels: { ...own.metadata?.labels, [labels.tier]: this.name } }
    return { ...this.props, ...given, metadata } as unknown as VolumeBackupProps
  }
}

/** A tier as a value: `const gold = tier('gold', { rpo: Duration.hours(4), retention })`, then `gold.backup(…)`. */
export function tier<const T extends TierProps>(name: string, props: T): Tier<T> {
  return new Tier(name, props)
}
