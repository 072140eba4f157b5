/** Labels that make a policy; `cluster` is there where Prometheus adds it. */
export const ofPolicy = 'cluster, namespace, configuration'
/** Labels that make a Repository. */
export const ofRepository = 'cluster, namespace, repository'

/** One value for each policy, whatever pods tell it. */
export const byPolicy = (selector: string): string => `max by (${ofPolicy}) (${selector})`
/** One value for each Repository. */
export const byRepository = (selector: string): string => `max by (${ofRepository}) (${selector})`

// The Pushgateway has a series of the same name, without the label.
export const lastSuccess = 'holdfast_backup_last_success_time_seconds{configuration!=""}'
export const pointAge = 'holdfast_backup_recovery_point_age_seconds'
export const pointObjective = 'holdfast_backup_recovery_point_objective_seconds'
export const dueSlot = 'holdfast_backup_due_time_seconds'
export const lastSession = 'holdfast_backup_last_session_end_time_seconds'
export const policyReady = 'holdfast_backup_ready'
/** Every policy that the controller knows has this one. */
export const policyPaused = 'holdfast_backup_paused'
export const leader = 'holdfast_controller_leader'
export const storedBytes = 'holdfast_repository_stored_bytes'
