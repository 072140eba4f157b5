import {
  checkRequests,
  forgetRequests,
  pruneRequests,
  type Requests,
  type StoreShape,
  sessionRequests,
} from '../../lib/retention/requests.js'

/** Of which command `holdfast retention` reckons the requests. */
export type ReckonedCommand = 'session' | 'forget' | 'prune' | 'check'

/** What the estimate of a flow goes by: facts of the measurement, recorded beside what was counted. */
export interface Reckoned {
  readonly command: ReckonedCommand
  readonly shape: StoreShape
  /** Bytes that a session adds, a prune rewrites or a check reads; 0 for a forget. */
  readonly bytes: number
}

/** What the product expects of a measured flow: always computed anew, so that a record never vouches for itself. */
export function reckonedRequests({ command, shape, bytes }: Reckoned): Requests {
  switch (command) {
    case 'session':
      return sessionRequests(shape, bytes)
    case 'forget':
      return forgetRequests(shape)
    case 'prune':
      return pruneRequests(shape, bytes)
    case 'check':
      return checkRequests(shape, bytes)
  }
}
