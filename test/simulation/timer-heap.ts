export interface Timer {
  readonly at: number
  /** Among timers of one instant the one that was set first fires first. */
  readonly order: number
  readonly callback: () => void
  cancelled: boolean
}

/** Timers by their time. Cancelled ones are passed over, and cleared away when they are the greater part. */
export class TimerHeap {
  #heap: Timer[] = []
  #live = 0
  #order = 0

  /** Timers that are still to fire. */
  get size(): number {
    return this.#live
  }

  add(at: number, callback: () => void): Timer {
    const timer: Timer = { at, order: this.#order++, callback, cancelled: false }
    this.#live++
    this.#heap.push(timer)
    this.#rise(this.#heap.length - 1)
    return timer
  }

  cancel(timer: Timer): void {
    if (timer.cancelled) return
    timer.cancelled = true
    this.#live--
    if (this.#heap.length > 64 && this.#live < this.#heap.length / 2) this.#rebuild()
  }

  /** The time of the next timer; undefined when there is none. */
  next(): number | undefined {
    for (let top = this.#heap[0]; top?.cancelled; top = this.#heap[0]) this.#removeTop()
    return this.#heap[0]?.at
  }

  /** Takes out the timers that are due at `at`. Each counts as fired; one that is cancelled meanwhile must not run. */
  take(at: number): Timer[] {
    const due: Timer[] = []
    for (let next = this.next(); next !== undefined && next <= at; next = this.next()) {
      const top = this.#removeTop()
      if (top !== undefined) due.push(top)
    }
    return due
  }

  /** Says that a taken timer has run. */
  fired(timer: Timer): void {
    if (timer.cancelled) return
    timer.cancelled = true
    this.#live--
  }

  #removeTop(): Timer | undefined {
    const top = this.#heap[0]
    const last = this.#heap.pop()
    if (last !== undefined && this.#heap.length > 0) {
      this.#heap[0] = last
      this.#sink(0)
    }
    return top
  }

  #rebuild(): void {
    this.#heap = this.#heap.filter(timer => !timer.cancelled).sort((a, b) => (isBefore(a, b) ? -1 : 1))
  }

  #rise(from: number): void {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1
      if (!this.#isBefore(index, parent)) return
      this.#swap(index, parent)
      index = parent
    }
  }

  #sink(from: number): void {
    for (let index = from; ; ) {
      let least = index
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < this.#heap.length && this.#isBefore(child, least)) least = child
      }
      if (least === index) return
      this.#swap(index, least)
      index = least
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]]
    return a !== undefined && b !== undefined && isBefore(a, b)
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]]
    if (a === undefined || b === undefined) return
    this.#heap[one] = b
    this.#heap[other] = a
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
