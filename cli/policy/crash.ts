const frame = /^\s+at /
const ours = /[\\/]node_modules[\\/]|[\\/]bundle[\\/]synth-preload\.cjs|node:internal|\(node:/

/**
 * What a Node program that ended with an uncaught error wants to say: its message without the stack, one problem a
 * line, and where in the person’s own file it came from when the message does not say so itself. `outcome` is the
 * exit code, or the signal that ended it.
 */
export function explainCrash(text: string, outcome: number | NodeJS.Signals = 1): string {
  const lines = text.split('\n')
  const start = lines.findIndex(line => /^(Uncaught )?([A-Z]\w*)?Error\b.*:/.test(line))
  if (start < 0) {
    const hint = outcome === 13 ? ' (something that it awaits never comes)' : ''
    const how = typeof outcome === 'number' ? `exit code ${outcome}${hint}` : outcome
    const said = text.trim() === '' ? 'said nothing' : `said:\n${text.trim()}`
    return `HF6005 the policy’s program ended with ${how}, so nothing was written; it ${said}`
  }
  const rest = lines.slice(start)
  const end = rest.findIndex(line => frame.test(line) || /^Node\.js v/.test(line))
  const message = (end < 0 ? rest : rest.slice(0, end)).join('\n').trim()
  const problems = validationProblems(message)
  if (problems.length > 0) {
    return `the policy has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}; nothing was written\n${problems.map(each => `  ${each}`).join('\n')}`
  }
  const position = rest.find(line => frame.test(line) && !ours.test(line))?.trim()
  return `HF6005 the policy does not run: ${message}${position === undefined ? '' : `\n  ${position.replace(/file:\/\//, '')}`}`
}

// cdk8s: `Validation failed with the following errors:` and `  [construct path] message` for each.
function validationProblems(message: string): string[] {
  if (!message.includes('Validation failed with the following errors')) return []
  const lines = message.split('\n').slice(1)
  return lines.map(line => line.trim().replace(/^\[[^\]]*\]\s*(?=HF\d{4} )/, '')).filter(line => line !== '')
}
