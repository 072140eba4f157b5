import { type TeamRole, teamRules } from '../../../constructs/team-rules.js'
import { acts, everybody } from './acts.js'

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

/** What each role of Holdfast may do, as the table that docs/tenancy.md shows and the cluster suite proves. */
export function actTable(): string {
  const columns = everybody.filter(who => who !== 'nobody')
  const rows = acts.map(({ what, by }) => [what, ...columns.map(who => (by.includes(who) ? 'yes' : '–'))])
  return table(['', ...columns.map(who => `\`${who}\``)], rows)
}

const roles: readonly TeamRole[] = ['view', 'operate', 'edit']

/** The verbs of every resource, by role. */
export function verbsOf(role: TeamRole): Map<string, string[]> {
  const verbs = new Map<string, string[]>()
  for (const { apiGroups = [], resources = [], verbs: granted } of teamRules[role]) {
    for (const resource of resources) {
      const name = apiGroups[0] === '' ? resource : `${resource}.${apiGroups[0]}`
      verbs.set(name, [...(verbs.get(name) ?? []), ...granted])
    }
  }
  return verbs
}

/** The verbs of every role on every resource, as the table that docs/tenancy.md shows. */
export function verbTable(): string {
  const granted = roles.map(verbsOf)
  const resources = [...new Set(granted.flatMap(verbs => [...verbs.keys()]))]
  const rows = resources.map(resource => [
    `\`${resource}\``,
    ...granted.map(verbs => verbs.get(resource)?.join(', ') ?? '–'),
  ])
  return table(['', ...roles.map(role => `\`holdfast-${role}\``)], rows)
}
