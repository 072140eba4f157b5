/** What a notification can be about: the beginning of an attempt, or the phase that a session ended with. */
export const notificationEvents = ['Started', 'Succeeded', 'PartiallySucceeded', 'Failed', 'Skipped'] as const
export type NotificationEvent = (typeof notificationEvents)[number]
