import { setTimeout as sleep } from 'node:timers/promises'

const pause = 100

/** Asks ten times a second until there is an answer; throws what `complaint` says when the time is over. */
export async function eventually<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  seconds: number,
  complaint: () => Promise<string> | string,
): Promise<T> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${await complaint()}`)
    await sleep(pause)
  }
}
