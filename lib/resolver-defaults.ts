/** Default of `timeOut`: a session always ends. */
export const defaultTimeOut = '24h'
/** Default of `startDeadline`: a pod that cannot start is no use. */
export const defaultStartDeadline = '10m'
/** Seconds that a Job has beyond its pod’s: its own deadline deletes the pod and its message, so it must come last. */
export const jobDeadlineMargin = 60
/** Default of `startingDeadline`: how late a missed run is still made up for. */
export const defaultStartingDeadline = '1h'
/** Default of `retryConfig.delay`. */
export const defaultRetryDelay = '1m'
/** Default of `backupHistoryLimit`. */
export const defaultHistoryLimit = 5
