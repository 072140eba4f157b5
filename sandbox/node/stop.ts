import type { SandboxClock } from '../clock.js'
import type { Ending } from './pod-status.js'

/** The wish that a pod ends. The first reason stands: a pod past its deadline stays so when it is then deleted. */
export class Stop {
  private readonly clock: SandboxClock
  private given: Ending | undefined
  private readonly sleepers = new Set<() => void>()

  constructor(clock: SandboxClock) {
    this.clock = clock
  }

  get requested(): boolean {
    return this.given !== undefined
  }

  get reason(): Ending | undefined {
    return this.given
  }

  request(reason: Ending): void {
    this.given ??= reason
    for (const wake of [...this.sleepers]) wake()
  }

  /** Sleeps, but not through a request to stop. */
  sleep(milliseconds: number): Promise<void> {
    if (this.requested) return Promise.resolve()
    return new Promise(resolve => {
      const wake = (): void => {
        cancel()
        this.sleepers.delete(wake)
        resolve()
      }
      const cancel = this.clock.after(milliseconds, wake)
      this.sleepers.add(wake)
    })
  }
}
