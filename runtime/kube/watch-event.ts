import type { KubeObject } from './object.js'

/** One line of a watch as the server sends it (Kubernetes API concepts, "efficient detection of changes"). */
export interface WatchEvent<T extends KubeObject = KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  /** The object; for a BOOKMARK only its resourceVersion counts, for an ERROR it is a Status. */
  readonly object: T
}

/** What a watch covers and where it starts. */
export interface WatchQuery {
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
  /** Events after this version. Without it the server first sends everything there is. */
  readonly resourceVersion?: string | undefined
  /** The server ends the watch after this many seconds. */
  readonly timeoutSeconds?: number | undefined
  /** The client ends the watch after this many milliseconds without a byte. Default: never. */
  readonly idleMs?: number | undefined
}
