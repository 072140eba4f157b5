import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pushgateway } from '../../sandbox/index.js'
import { onPath } from './pod-program.js'
import type { Teardown } from './teardown.js'

/** Where the trial’s metrics are pushed. */
export interface Receiver {
  readonly url: string
  /** What it is, for people. */
  readonly what: string
}

const patience = 5000

/** Starts the machine’s own Pushgateway, or the sandbox’s where there is none. */
export async function startReceiver(env: NodeJS.ProcessEnv, teardown: Teardown): Promise<Receiver> {
  const program = onPath('pushgateway', env) ?? onPath('prometheus-pushgateway', env)
  const real = program === undefined ? undefined : await startReal(program, teardown)
  if (real !== undefined) return real
  const embedded = await Pushgateway.start()
  teardown.add(() => embedded.stop())
  return { url: embedded.url, what: 'embedded Pushgateway' }
}

async function startReal(program: string, teardown: Teardown): Promise<Receiver | undefined> {
  const port = await freePort()
  const child = spawn(program, [`--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' })
  let over = false
  const ended = new Promise<void>(resolve => {
    const end = () => {
      over = true
      resolve()
    }
    child.once('error', end)
    child.once('exit', end)
  })
  teardown.add(async () => {
    child.kill()
    await ended
  })
  const url = `http://127.0.0.1:${port}`
  for (const end = Date.now() + patience; !over && Date.now() < end; await sleep(30)) {
    if (await answers(`${url}/-/ready`)) return { url, what: 'Prometheus’ own Pushgateway' }
  }
  child.kill()
  return undefined
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    // Not listening yet.
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise<void>(resolve => server.close(() => resolve()))
  return typeof address === 'object' && address !== null ? address.port : 0
}
