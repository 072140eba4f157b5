import { randomInt } from 'node:crypto'
import type { PodObject } from '../../runtime/controller/objects.js'
import { PODS } from '../../runtime/kube/resource.js'
import { awaitObject } from './await-session.js'
import { eventually } from './eventually.js'
import type { World } from './world.js'

/** Answers 200, or the status that `/status/<code>` asks for; `/seen` lists the other requests so far. */
const program = `
const seen = []
require('node:http').createServer((request, response) => {
  if (request.url === '/seen') return response.end(JSON.stringify(seen))
  let body = ''
  request.on('data', chunk => { body += chunk })
  request.on('end', () => {
    seen.push([request.method, request.url, body].filter(text => text !== '').join(' '))
    response.statusCode = Number(/^\\/status\\/(\\d+)/.exec(request.url)?.[1] ?? 200)
    response.end()
  })
}).listen(Number(process.argv[1]))
`

/** An application that hooks talk to: a small web server in a pod, which remembers what it was asked. */
export class Listener {
  readonly host: string
  readonly port: number

  private constructor(host: string, port: number) {
    this.host = host
    this.port = port
  }

  static async start(world: World, namespace: string, name: string): Promise<Listener> {
    // Where pods share the network of this machine, two of them must not meet.
    const port = randomInt(20_000, 30_000)
    const securityContext = {
      runAsNonRoot: true,
      runAsUser: 65532,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    }
    const command = ['node', '-e', program, String(port)]
    const container = {
      name: 'listener',
      image: world.image,
      imagePullPolicy: 'IfNotPresent',
      command,
      securityContext,
    }
    await world.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace },
      spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 0, containers: [container] },
    })
    const { status } = await awaitObject<PodObject & { status?: { podIP?: string } }>(
      world,
      PODS,
      namespace,
      name,
      pod => pod.status?.phase === 'Running' && pod.status.podIP !== undefined,
    )
    const listener = new Listener(status?.podIP ?? '', port)
    await eventually(
      () => listener.seen().catch(() => undefined),
      20,
      () => `pod ${name} does not answer`,
    )
    return listener
  }

  /** Method, path and body of each request, in order. */
  async seen(): Promise<string[]> {
    return (await fetch(`http://${this.host}:${this.port}/seen`)).json() as Promise<string[]>
  }
}
