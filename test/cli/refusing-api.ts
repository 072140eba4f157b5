import { join } from 'node:path'
import { writeKubeconfig } from '../../sandbox/kubeconfig.js'
import { refuse, ScriptedServer, sendJson } from '../runtime/scripted-server.js'

/** Stands before an API and answers as one with RBAC to somebody who may read all but some resources. */
export class RefusingApi {
  readonly #server: ScriptedServer

  private constructor(server: ScriptedServer) {
    this.#server = server
  }

  static async start(api: string, resources: readonly string[]): Promise<RefusingApi> {
    const server = await ScriptedServer.start((response, { path, query }) => {
      if (path.split('/').some(part => resources.includes(part))) return refuse(response, 403, 'Forbidden')
      void fetch(`${api}${path}?${query}`).then(async answer => {
        sendJson(response, answer.status, await answer.json())
      })
    })
    return new RefusingApi(server)
  }

  /** Writes a kubeconfig for it into a folder. */
  kubeconfig(folder: string): string {
    const path = join(folder, 'refusing')
    writeKubeconfig(path, this.#server.url)
    return path
  }

  stop(): Promise<void> {
    return this.#server.close()
  }
}
