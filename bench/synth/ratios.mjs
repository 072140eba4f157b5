/** Pairs that are compared: of the whole process or of the synthesis alone, and at least how many times. */
const pairs = [
  ['cdk8s-policies', 'fleet-policies', 'wall', 30],
  ['cdk8s-policies', 'command-policies', 'wall', 30],
  ['cdk8s-one', 'fleet-one', 'wall', 3],
  ['cdk8s-one', 'fleet-policies', 'wall'],
  ['cdk8s-one', 'command-one', 'wall'],
  ['helm', 'fleet-one', 'wall', 2],
  ['helm', 'fleet-policies', 'wall', 2],
  ['helm', 'command-one', 'wall'],
  ['cdk8s-volumes', 'fleet-volumes', 'wall'],
  ['cdk8s-policies', 'fleet-policies', 'synth', 30],
  ['cdk8s-one', 'fleet-policies', 'synth', 3],
  ['cdk8s-one', 'fleet-one', 'synth', 3],
]

/** How many times as long one row takes as another, by the minimum of each. */
export function ratios(results, size) {
  const taken = (id, of) => results.find(row => row.id === id)?.results[size]?.[of]?.min
  return pairs.flatMap(([slow, fast, of, goal]) => {
    const [a, b] = [taken(slow, of), taken(fast, of)]
    if (a === undefined || b === undefined) return []
    return [{ slow, fast, size, of, times: Math.round((a / b) * 10) / 10, ...(goal === undefined ? {} : { goal }) }]
  })
}
