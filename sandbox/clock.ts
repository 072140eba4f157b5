/** Time as the sandbox sees it: given to it, so that a simulation decides how fast it passes. */
export interface SandboxClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls back once after `milliseconds`; the answer cancels. */
  after(milliseconds: number, callback: () => void): () => void
}

/** Longest delay setTimeout knows; a longer one would fire at once. */
const longestTimer = 2 ** 31 - 1

/** The clock of this machine. */
export const systemClock: SandboxClock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(milliseconds, 0), longestTimer))
    return () => clearTimeout(timer)
  },
}

/** Calls back every `milliseconds` until the answer is called. */
export function every(clock: SandboxClock, milliseconds: number, callback: () => void): () => void {
  let cancel = (): void => {}
  const next = (): void => {
    cancel = clock.after(milliseconds, () => {
      next()
      callback()
    })
  }
  next()
  return () => cancel()
}

export function sleep(clock: SandboxClock, milliseconds: number): Promise<void> {
  return new Promise(resolve => {
    clock.after(milliseconds, resolve)
  })
}
