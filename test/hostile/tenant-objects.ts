import fc from 'fast-check'
import { backupConfigurationKind, repositoryKind, restoreSessionKind } from '../../lib/api/kinds.js'
import type { KindDefinition } from '../../lib/schema/crd.js'
import { fixtures } from '../leaves/fixtures.js'
import { hostileText } from './hostile-text.js'

type Kind = 'Repository' | 'BackupConfiguration' | 'RestoreSession'
const definitions: Readonly<Record<Kind, KindDefinition>> = {
  Repository: repositoryKind,
  BackupConfiguration: backupConfigurationKind,
  RestoreSession: restoreSessionKind,
}

/** Whether the API server would take a spec: its schema and its rules. */
export const isAdmitted = (kind: Kind, spec: unknown): boolean => definitions[kind].spec.safeParse(spec).success

type Keys = readonly (string | number)[]
const isJson = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function textsIn(value: unknown, keys: Keys = []): { keys: Keys; text: string }[] {
  if (typeof value === 'string') return [{ keys, text: value }]
  return isJson(value) ? Object.entries(value).flatMap(([key, inner]) => textsIn(inner, [...keys, key])) : []
}

function withText<T>(spec: T, keys: Keys, text: string): T {
  const copy = structuredClone(spec)
  const parent = keys.slice(0, -1).reduce<unknown>((at, key) => (isJson(at) ? at[key] : undefined), copy)
  const last = keys.at(-1)
  if (isJson(parent) && last !== undefined) parent[last] = text
  return copy
}

/** The hostile text alone, or where a schema that looks only at the beginning or the end would let it in. */
const disguised = (text: string, own: string, kind: number): string =>
  [text, `${own}${text}`, `${text}${own}`, `/data/${text}`, `--tag=${text}`, `x${text}`][kind] ?? text

/** Specs of one kind as a tenant could try them: real ones with hostile texts in up to three of their fields. */
export function tenantSpecs<T>(kind: Kind, extra: readonly T[] = []): fc.Arbitrary<T> {
  const known = fixtures.flatMap(({ specs }) => (specs[kind] === undefined ? [] : [specs[kind] as T]))
  const change = fc.record({ at: fc.nat(), text: hostileText, kind: fc.nat(5) })
  return fc
    .tuple(fc.constantFrom(...known, ...extra), fc.array(change, { minLength: 0, maxLength: 3 }))
    .map(([spec, changes]) =>
      changes.reduce<T>((current, { at, text, kind: how }) => {
        const all = textsIn(current)
        const chosen = all[at % Math.max(1, all.length)]
        if (chosen === undefined) return current
        const next = withText(current, chosen.keys, disguised(text, chosen.text, how))
        return isAdmitted(kind, next) ? next : current
      }, spec),
    )
}
