import type { Clock } from '../../runtime/kube/clock.js'

/** Real time, but every wait is over after a millisecond; remembers what was asked for. */
export class HastyClock implements Clock {
  readonly waits: number[] = []

  now(): number {
    return performance.now()
  }

  date(): Date {
    return new Date()
  }

  after(ms: number, callback: () => void): () => void {
    this.waits.push(ms)
    const timer = setTimeout(callback, 1)
    return () => clearTimeout(timer)
  }
}
