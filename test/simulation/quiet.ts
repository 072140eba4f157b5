/** Shown by Node while nothing is under way: timers of the real clock are nobody's concern here. */
const always = new Set(['Timeout', 'Immediate'])
/** Rounds without a pause, before a wait for a child process gets its own. */
const eagerRounds = 50
/** No child process of a test works longer than this, in real milliseconds. */
const longestWork = 120_000

/**
 * Waits until this process has nothing left to do but to wait for time: no immediate, no file operation, no child
 * process, no connection. What was open when it was made (pipes to a parent, for example) does not count.
 */
export class Quiet {
  readonly #before: ReadonlyMap<string, number>
  #held = 0

  constructor() {
    // Both are opened at their first use, which must not look like work.
    void process.stdout.fd
    void process.stderr.fd
    // Requests, such as FSReqCallback, end by themselves; only what stays open can be there before.
    this.#before = count(process.getActiveResourcesInfo().filter(name => !name.includes('Req')))
  }

  /** Until the answer is called something is under way that Node does not show. */
  hold(): () => void {
    let released = false
    this.#held++
    return () => {
      if (!released) this.#held--
      released = true
    }
  }

  /** Throws what is still under way after two real minutes. */
  async settle(): Promise<void> {
    let end: number | undefined
    for (let round = 0; ; round++) {
      await new Promise(resolve => setImmediate(resolve))
      const resources = process.getActiveResourcesInfo()
      if (this.#held === 0 && !resources.includes('Immediate') && !this.#isBusy(resources)) return
      if (round <= eagerRounds || resources.includes('Immediate')) continue
      end ??= performance.now() + longestWork
      if (performance.now() > end) throw new Error(`simulated time stands still: ${this.#describe(resources)}`)
      await new Promise(resolve => setTimeout(resolve, 1))
    }
  }

  #describe(resources: readonly string[]): string {
    const held = this.#held === 0 ? '' : ` and ${this.#held} holds`
    return `${resources.filter(name => !always.has(name)).join(', ')}${held} are under way`
  }

  #isBusy(resources: readonly string[]): boolean {
    const others = resources.filter(name => !always.has(name))
    if (others.length === 0) return false
    for (const [name, number] of count(others)) if (number > (this.#before.get(name) ?? 0)) return true
    return false
  }
}

function count(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
