/** Default of `timeOut`: a session always ends. */
export const defaultTimeOut = '24h'
/** Default of `startDeadline`: a pod that cannot start is no use. */
export const defaultStartDeadline = '10m'
/** Seconds that a Job has beyond its pod’s: its own deadline deletes the pod and its message, so it must come last. */
export const jobDeadlineMargin = 60
/** What every Job of a session has. The next attempt is the session’s: a Job that replaced its pod would hide it. */
export const jobPolicy = {
  backoffLimit: 0,
  completions: 1,
  parallelism: 1,
  podReplacementPolicy: 'Failed',
  podFailurePolicy: {
    rules: [{ action: 'FailJob', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
  },
} as const
/** Default of `startingDeadline`: how late a missed run is still made up for. */
export const defaultStartingDeadline = '1h'
/** Default of `retryConfig.delay`. */
export const defaultRetryDelay = '1m'
/** Default of `backupHistoryLimit`. */
export const defaultHistoryLimit = 5
