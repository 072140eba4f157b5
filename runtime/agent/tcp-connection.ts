import { connect } from 'node:net'

/** Opens a TCP connection and closes it again; rejects when nobody answers. */
export function tryConnection(to: { host: string; port: number; signal: AbortSignal }): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(to)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
  })
}
