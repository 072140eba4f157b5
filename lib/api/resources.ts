import { z } from 'zod'
import { mapOf } from '../schema/map.js'
import { line, quantity } from './text.js'

const amounts = (what: string) => mapOf(line(253), quantity(), 16).optional().describe(what)

/** Requests and limits of a container; requests alone work too. */
export const resourcesSchema = z.strictObject({
  requests: amounts('What the scheduler reserves.'),
  limits: amounts('What the container may not exceed.'),
})

export type Resources = z.infer<typeof resourcesSchema>
