import { scratchPath } from '../api/group.js'
import type { Reason } from '../reason.js'

/** How a restic process ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: string | null
}

export type Verdict =
  | { readonly outcome: 'Succeeded' }
  | { readonly outcome: 'Partial' | 'Failed' | 'Interrupted'; readonly reason: Reason }

const failed = (reason: Reason): Verdict => ({ outcome: 'Failed', reason })
const interrupted: Verdict = { outcome: 'Interrupted', reason: 'Interrupted' }

/**
 * What an exit means: restic’s documented codes (10, 11: 0.17; 12: 0.17.1; 130: 0.19), then its words.
 * A code that is not known is a failure, as restic’s manual demands. Only a backup’s 3 is about unreadable files.
 */
export function judgeExit(exit: Exit, words: string, command = 'backup'): Verdict {
  switch (exit.code) {
    case 0:
      return { outcome: 'Succeeded' }
    case 3:
      return command === 'backup' ? { outcome: 'Partial', reason: 'SourceUnreadable' } : judgeWords(words)
    case 10:
      return failed('RepositoryNotInitialized')
    case 11:
      return failed('RepositoryLocked')
    case 12:
      return failed('WrongPassword')
    case 130:
    case 143:
      return interrupted
    case 137:
      return failed('ResticKilled')
    default:
      return judgeSignal(exit.signal) ?? judgeWords(words)
  }
}

// It is mostly the kernel that sends SIGKILL, for memory; but only the kubelet can say that it was.
function judgeSignal(signal: string | null): Verdict | undefined {
  if (signal === null) return undefined
  if (signal === 'SIGKILL') return failed('ResticKilled')
  return signal === 'SIGTERM' || signal === 'SIGINT' ? interrupted : failed('ResticFailed')
}

/** Whether SIGKILL ended restic: as a process, or as its wrapper tells it. */
export const wasKilled = ({ code, signal }: Exit): boolean => signal === 'SIGKILL' || code === 137

/**
 * Whether restic ended without the time to remove its lock: by a signal that it does not heed, or because Go gave it
 * up (exit code 2, which restic’s manual leaves to Go).
 */
export const endedAbruptly = (exit: Exit): boolean =>
  wasKilled(exit) || exit.code === 2 || (exit.signal !== null && exit.signal !== 'SIGTERM' && exit.signal !== 'SIGINT')

const denied =
  /\b(401|403)\b|unauthorized|forbidden|access ?denied|access key id you provided|InvalidAccessKeyId|SignatureDoesNotMatch|signature we calculated|AuthenticationFailed|AuthorizationFailure|invalid_grant|invalid_client|bad_auth_token|(config|locks?\/?|keys\/?|snapshots?).*(permission denied|read-only file system)/i
const unreachable =
  /connection (refused|reset)|no such host|i\/o timeout|timed? ?out|no route to host|network is unreachable|TLS handshake|x509:|certificate|deadline exceeded|server misbehaving|unexpected EOF|broken pipe|\b(500|502|503|504)\b|service unavailable/i
const full = /no space left on device|disk quota exceeded|\b507\b|insufficient storage|QuotaExceeded|StorageFull/i
const inScratch = new RegExp(`restic-(temp|check-cache)-|${scratchPath}/`)
const absent =
  /bucket does not exist|NoSuchBucket|ContainerNotFound|container .*not found|bucket .*(not exist|not found)/i

/** The reason behind restic’s words, for failures that have no exit code of their own. */
export function judgeWords(words: string): Verdict {
  if (/signal (terminated|interrupt) received/.test(words)) return interrupted
  if (/wrong password|no key found/i.test(words)) return failed('WrongPassword')
  if (/already locked|unable to create lock in backend: .*locked/i.test(words)) return failed('RepositoryLocked')
  // Every file was left out by a pattern: restic refuses to store an empty tree.
  if (/snapshot is empty/.test(words)) return failed('EmptySource')
  if (full.test(words)) return failed(inScratch.test(words) ? 'ScratchFull' : 'StoreFull')
  if (absent.test(words)) return failed('RepositoryNotInitialized')
  if (denied.test(words)) return failed('BackendDenied')
  if (unreachable.test(words)) return failed('BackendUnreachable')
  return failed('ResticFailed')
}

/** What restic says when it cannot open the repository and tries again, up to 15 minutes long. */
export interface OpeningRetry {
  readonly cause: string
  readonly reason: Reason
  /** Waiting will not help: credentials are refused, or the bucket is not there. */
  readonly hopeless: boolean
}

/** A retry while the repository is being opened; undefined for every other line. */
export function openingRetry(line: string): OpeningRetry | undefined {
  const cause = /<(?:config|key)\/[^>]*>\)? returned error, retrying after [^:]+: (.*)$/.exec(line)?.[1]
  if (cause === undefined) return undefined
  const verdict = judgeWords(cause)
  const reason: Reason =
    verdict.outcome === 'Failed' && verdict.reason !== 'ResticFailed' ? verdict.reason : 'BackendUnreachable'
  return { cause, reason, hopeless: reason === 'BackendDenied' || reason === 'RepositoryNotInitialized' }
}
