import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { collectDefaultMetrics } from 'prom-client'
import { KubeClient } from '../kube/client.js'
import { systemClock } from '../kube/clock.js'
import { HttpServer } from './http-server.js'
import { jsonLog } from './log.js'
import { Service } from './service.js'
import { parseSettings, usage } from './settings.js'

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(usage)
    return
  }
  const settings = parseSettings(args, process.env)
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort())
  const client = await KubeClient.fromDefaultConfig()
  const leases = await KubeClient.fromDefaultConfig()
  const service = new Service({
    client,
    leases,
    settings,
    log: jsonLog,
    identity: `${hostname()}_${randomBytes(4).toString('hex')}`,
    onLost: () => {
      jsonLog('error', 'the Lease was lost: another controller may lead')
      process.exit(1)
    },
    clock: systemClock,
  })
  const { controller } = service
  collectDefaultMetrics({ register: controller.metrics.registry })
  const server = await HttpServer.listen({
    port: settings.metricsPort,
    registry: controller.metrics.registry,
    healthz: () => controller.dead(),
    readyz: () => (stop.signal.aborted ? ['shutting down'] : controller.notReady()),
    onError: error => jsonLog('error', 'answering a probe failed', error),
  })
  jsonLog('info', `listening on port ${server.port}; reading the cluster`)
  await service.run(stop.signal)
  await server.close()
  client.close()
  leases.close()
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    jsonLog('error', 'the controller ended', error)
    process.exit(1)
  },
)
