/** Waits for a condition that I/O brings about; fails after ten seconds. */
export async function until(condition: () => boolean, what = 'the condition'): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`${what} did not come true within 10 s`)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}
