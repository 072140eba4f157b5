/** Default of `maxConcurrentSessions`. */
export const defaultMaxConcurrentSessions = 4
export const defaultMaintenanceInterval = '168h'
/** Longest from one check to the next while a repository is known to be damaged. */
export const checkWhileDamaged = '24h'
/** How long forget may be put off by running sessions before new sessions wait for it. */
export const forgetOverdueAfter = '24h'
/** How long new sessions wait for an overdue maintain Job at most. */
export const maintainWait = '1h'
