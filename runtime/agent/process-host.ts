import { systemClock } from '../kube/clock.js'
import type { AgentHost } from './host.js'
import { stopOnSignals } from './stop-signal.js'

/** The process itself. What reaches outwards is loaded when it is first used: a trigger runs no program. */
export function processHost(): AgentHost {
  return {
    env: process.env,
    clock: systemClock,
    random: Math.random,
    log: line => void process.stdout.write(`${line}\n`),
    error: line => void process.stderr.write(`${line}\n`),
    stopSignal: stopOnSignals,
    runProgram: async program => (await import('./child-program.js')).runChildProgram(program),
    http: async request => (await import('./http-request.js')).sendHttp(request),
    connect: async to => (await import('./tcp-connection.js')).tryConnection(to),
  }
}
