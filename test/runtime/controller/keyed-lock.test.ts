import { expect, test } from '@jest/globals'
import { KeyedLock } from '../../../runtime/controller/keyed-lock.js'

test('work on one key runs one at a time, in the order of asking', async () => {
  const lock = new KeyedLock()
  const log: string[] = []
  const work = (name: string) => async () => {
    log.push(`${name} begins`)
    await new Promise(resolve => setImmediate(resolve))
    log.push(`${name} ends`)
  }
  await Promise.all(['a', 'b', 'c'].map(name => lock.run('key', work(name))))
  expect(log).toEqual(['a', 'b', 'c'].flatMap(name => [`${name} begins`, `${name} ends`]))
})

test('work on another key does not wait', async () => {
  const lock = new KeyedLock()
  let release = (): void => undefined
  const held = lock.run('one', () => new Promise<void>(resolve => (release = resolve)))
  expect(await lock.run('two', async () => 'done')).toBe('done')
  release()
  await held
})

test('work that fails tells its caller, and the next runs all the same', async () => {
  const lock = new KeyedLock()
  const failing = lock.run('key', () => Promise.reject(new Error('no')))
  const next = lock.run('key', async () => 'yes')
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('yes')
})
