import type { Page } from 'playwright-core'

/** What it took from a key to the painted page, and to the pictures that follow, in milliseconds. */
export interface Keystrokes {
  readonly painted: readonly number[]
  readonly slowestTask: number
}

// Measured inside the page: from the event's own time to the first task after the frame that shows its result.
const watch = `(() => {
  const painted = []
  let slowest = 0
  new PerformanceObserver(list => { for (const { duration } of list.getEntries()) slowest = Math.max(slowest, duration) })
    .observe({ type: 'longtask' })
  document.addEventListener('input', event => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel()
      channel.port1.onmessage = () => painted.push(performance.now() - event.timeStamp)
      channel.port2.postMessage(0)
    })
  })
  window.keystrokes = () => ({ painted, slowestTask: slowest })
})()`

/** Types texts into the filter as a person does, some keys a second, and takes them out again. */
export async function typeIntoFilter(page: Page, texts: readonly string[]): Promise<Keystrokes> {
  await page.evaluate(watch)
  const field = page.getByLabel('Find')
  for (const text of texts) {
    await field.focus()
    await page.keyboard.type(text, { delay: 180 })
    for (const _ of text) await page.keyboard.press('Backspace', { delay: 60 })
  }
  await page.waitForTimeout(500)
  return page.evaluate<Keystrokes>('window.keystrokes()')
}

/** The middle of some values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** The value that nine of ten do not exceed. */
export function ninth(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.9))] ?? Number.NaN
}
