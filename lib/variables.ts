import type { BackupConfigurationSpec } from './api/backup-configuration.js'
import { defaultMountPath, interimPath, scratchPath } from './api/group.js'
import type { RepositorySpec } from './api/repository.js'
import type { RestoreRule, RestoreSessionSpec } from './api/restore-session.js'
import { hostOf } from './identity.js'
import { keepCounts } from './keep-rules.js'
import { repositoryMountPath, repositoryUrl, storeParts } from './repository-url.js'
import { type SessionVariable, sessionVariables } from './session-variables.js'
import type { VariableValue } from './substitution.js'

/** What a backup or restore is about: everything a variable can tell. */
export interface Subject {
  readonly namespace: string
  readonly name: string
  readonly repository: { readonly name: string; readonly namespace: string; readonly spec: RepositorySpec }
  /** Holdfast’s own image, for `${HOLDFAST_IMAGE}`. */
  readonly image: string
}
export interface BackupSubject extends Subject {
  readonly kind: 'BackupConfiguration'
  readonly spec: BackupConfigurationSpec
}
export interface RestoreSubject extends Subject {
  readonly kind: 'RestoreSession'
  readonly spec: RestoreSessionSpec
}
export type AnySubject = BackupSubject | RestoreSubject

type Values = Record<string, string>

/** Where the target is mounted. */
export function targetMountPath(target: { volumeMounts?: { mountPath: string }[] | undefined }): string {
  return target.volumeMounts?.[0]?.mountPath ?? defaultMountPath
}

/** Folders that a backup stores, a snapshot each. */
export function targetPaths(target: BackupConfigurationSpec['target']): readonly string[] {
  return target.paths ?? [targetMountPath(target)]
}

/** Name of the Secret with the repository’s keys, in the namespace of the session. */
export function secretNameOf(subject: AnySubject): string {
  return subject.spec.repository.secretName ?? subject.repository.spec.backend.storageSecretName
}

/** The rule for a host: the one that names it, else the one that names none. */
export function ruleFor(host: string, rules: readonly RestoreRule[]): RestoreRule | undefined {
  return rules.find(rule => rule.targetHosts?.includes(host)) ?? rules.find(rule => rule.targetHosts === undefined)
}

/**
 * Every variable that Holdfast sets (Stash’s table, without the licence ones). Lists are JSON arrays.
 * A value that does not apply is absent, so that `${NAME:=default}` works and `${NAME}` is an error.
 */
export function systemVariables(subject: AnySubject): Map<string, VariableValue> {
  const texts = {
    ...commonValues(subject),
    ...(subject.kind === 'BackupConfiguration' ? backupValues(subject) : restoreValues(subject)),
  }
  const map = new Map<string, VariableValue>(Object.entries(texts).map(([name, text]) => [name, { text }]))
  const foreign: SessionVariable = subject.kind === 'BackupConfiguration' ? 'RESTORE_SESSION' : 'BACKUP_SESSION'
  for (const name of Object.keys(sessionVariables)) if (name !== foreign) map.set(name, { session: name })
  return map
}

function commonValues(subject: AnySubject): Values {
  const { namespace, name, kind, repository, spec, image } = subject
  const { backend, clusterName } = repository.spec
  const store = storeParts(backend)
  const mount = spec.target.volumeMounts?.[0]
  const interim = spec.interimVolumeTemplate === undefined ? `${scratchPath}/interim` : interimPath
  const local = repositoryMountPath(backend)
  return {
    NAMESPACE: namespace,
    INVOKER_KIND: kind,
    INVOKER_NAME: name,
    REPOSITORY_NAME: repository.name,
    REPOSITORY_NAMESPACE: repository.namespace,
    REPOSITORY_PROVIDER: store.provider,
    REPOSITORY_SECRET_NAME: secretNameOf(subject),
    REPOSITORY_URL: repositoryUrl(backend),
    REPOSITORY_BUCKET: store.bucket,
    REPOSITORY_PREFIX: store.prefix,
    ...(store.endpoint === undefined ? {} : { REPOSITORY_ENDPOINT: store.endpoint }),
    ...(store.region === undefined ? {} : { REPOSITORY_REGION: store.region }),
    ...(local === undefined ? {} : { REPOSITORY_MOUNT_PATH: local }),
    REPOSITORY_INSECURE_TLS: String(store.insecureTLS),
    MAX_CONNECTIONS: String(store.maxConnections),
    CLUSTER_NAME: clusterName ?? '',
    HOSTNAME: hostOf(spec.target, namespace, clusterName),
    TARGET_API_VERSION: spec.target.ref.apiVersion,
    TARGET_KIND: spec.target.ref.kind,
    TARGET_NAME: spec.target.ref.name,
    TARGET_NAMESPACE: namespace,
    TARGET_MOUNT_PATH: targetMountPath(spec.target),
    ...(mount?.subPath === undefined ? {} : { TARGET_SUB_PATH: mount.subPath }),
    ENABLE_CACHE: String(!(spec.tempDir?.disableCaching ?? false)),
    INTERIM_DATA_DIR: `${interim}/data`,
    PROMETHEUS_JOB_NAME: 'holdfast',
    HOLDFAST_IMAGE: image,
  }
}

function backupValues({ spec }: BackupSubject): Values {
  const counts = keepCounts.flatMap(key => {
    const value = spec.retentionPolicy[key]
    return value === undefined
      ? []
      : [[`RETENTION_${key.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}`, String(value)]]
  })
  return {
    TARGET_PATHS: JSON.stringify(targetPaths(spec.target)),
    EXCLUDE_PATTERNS: JSON.stringify(spec.target.exclude ?? []),
    DRIVER_ARGS: JSON.stringify(spec.target.args ?? []),
    PARTIAL_POLICY: spec.partialPolicy ?? 'Fail',
    EMPTY_SOURCE_POLICY: spec.emptySourcePolicy ?? 'Fail',
    ...Object.fromEntries(counts),
    RETENTION_KEEP_TAGS: JSON.stringify(spec.retentionPolicy.keepTags ?? []),
    RETENTION_DRY_RUN: String(spec.retentionPolicy.dryRun ?? false),
  }
}

function restoreValues({ spec, namespace, repository }: RestoreSubject): Values {
  const host = hostOf(spec.target, namespace, repository.spec.clusterName)
  const rule = ruleFor(host, spec.target.rules)
  return {
    SOURCE_HOSTNAME: rule?.sourceHost ?? host,
    RESTORE_SNAPSHOTS: JSON.stringify(rule?.snapshots ?? []),
    RESTORE_PATHS: JSON.stringify(rule?.paths ?? []),
    INCLUDE_PATTERNS: JSON.stringify(rule?.include ?? []),
    EXCLUDE_PATTERNS: JSON.stringify(rule?.exclude ?? []),
    RESTORE_DESTINATION: spec.destination ?? targetMountPath(spec.target),
    RESTORE_OVERWRITE: spec.overwrite ?? 'IfEmpty',
    RESTORE_WHEN_NOT_EMPTY: spec.whenNotEmpty ?? 'Fail',
    TARGET_APP_REPLICAS: '1',
  }
}
