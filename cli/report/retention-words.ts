import type { RetentionPolicy } from '../../lib/api/retention-policy.js'

/** A retention policy for people: `daily 7 · weekly 4 · within monthly 1y`. */
export function retentionWords(retention: RetentionPolicy): string {
  const { name: _, dryRun, keepTags, ...rules } = retention
  const words = Object.entries(rules).map(([rule, value]) => {
    const parts = rule.replace(/^keep/, '').split(/(?=[A-Z])/)
    return `${parts.join(' ').toLowerCase()} ${value}`
  })
  if (keepTags !== undefined) words.push(`tags ${keepTags.join(', ')}`)
  if (dryRun === true) words.push('dry run: nothing is removed')
  return words.join(' · ')
}
