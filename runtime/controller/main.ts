import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { KubeClient } from '../kube/client.js'
import { Controller } from './controller.js'
import { HttpServer } from './http-server.js'
import { LeaderElection } from './leader-election.js'
import { jsonLog } from './log.js'
import { parseSettings, type Settings, usage } from './settings.js'

const drainMs = 10_000

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(usage)
    return
  }
  const settings = parseSettings(args, process.env)
  const client = await KubeClient.fromDefaultConfig()
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort())
  // Connections of its own: a renewal that waits behind the work of eight reconcilers comes too late.
  const leases = await KubeClient.fromDefaultConfig()
  const election = electionOf(leases, settings)
  const controller = new Controller(
    client,
    settings,
    jsonLog,
    () => !settings.leaderElection || election.election.isLeader(),
  )
  const server = await HttpServer.listen({
    port: settings.metricsPort,
    registry: controller.metrics.registry,
    healthz: () => controller.dead(),
    readyz: () => (stop.signal.aborted ? ['shutting down'] : controller.notReady()),
  })
  jsonLog('info', `listening on port ${server.port}; reading the cluster`)
  await controller.sync()
  if (settings.leaderElection) {
    election.election.start()
    await Promise.race([election.elected, aborted(stop.signal)])
  }
  if (!stop.signal.aborted) {
    jsonLog('info', 'leading')
    await controller.run(stop.signal)
  }
  await Promise.race([election.election.stop(), new Promise(resolve => setTimeout(resolve, drainMs).unref())])
  await server.close()
  client.close()
  leases.close()
}

function electionOf(client: KubeClient, settings: Settings): { election: LeaderElection; elected: Promise<void> } {
  let onElected: () => void = () => undefined
  const elected = new Promise<void>(resolve => {
    onElected = resolve
  })
  const election = new LeaderElection(client, {
    namespace: settings.namespace,
    name: 'holdfast-controller',
    identity: `${hostname()}_${randomBytes(4).toString('hex')}`,
    onElected: () => onElected(),
    onLost: () => {
      jsonLog('error', 'the Lease was lost: another controller may lead')
      process.exit(1)
    },
    onError: error => jsonLog('warn', 'leader election', error),
  })
  return { election, elected }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    jsonLog('error', 'the controller ended', error)
    process.exit(1)
  },
)
