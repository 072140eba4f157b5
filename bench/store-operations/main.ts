import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../scripts/tools.mjs'
import { certificateFor } from '../../test/behaviour/certificate.js'
import { ChildServer, freePort } from '../../test/behaviour/child-server.js'
import { runFlows, volume } from './flows.js'
import { Mover } from './mover.js'
import { RecordingProxy } from './recording-proxy.js'

// What each flow asks of an S3 store, counted between the movers and the store; written to bench/results.
const work = mkdtempSync(join(tmpdir(), 'holdfast-operations-'))
const say = (line: string) => process.stdout.write(`${line}\n`)
const key = 'S3RVER'
const bucket = 'backups'

const port = await freePort('127.0.0.1')
mkdirSync(join(work, 's3'))
const store = ChildServer.start(process.execPath, [
  join(root, 'node_modules/s3rver/bin/s3rver.js'),
  ...['--directory', join(work, 's3'), '--address', '127.0.0.1', '--port', String(port)],
  ...['--configure-bucket', bucket, '--no-vhost-buckets', '--silent'],
])
try {
  await store.accepts(port, '127.0.0.1')
  const certificate = await certificateFor('127.0.0.1', work)
  const proxy = await RecordingProxy.start(certificate, port)
  try {
    const secret = {
      RESTIC_PASSWORD: 'bench',
      AWS_ACCESS_KEY_ID: key,
      AWS_SECRET_ACCESS_KEY: key,
      CA_CERT_DATA: certificate.authority,
    }
    const mover = new Mover({ work, repository: `s3:${proxy.endpoint}/${bucket}/store`, secret })
    const flows = await runFlows(mover, work, () => proxy.take(), say)
    const file = join(root, 'bench/results/store-operations.json')
    writeFileSync(file, `${JSON.stringify({ restic: await mover.resticVersion(), volume, flows }, undefined, 2)}\n`)
    say(`written to ${file}`)
  } finally {
    proxy.stop()
  }
} finally {
  await store.stop()
  rmSync(work, { recursive: true, force: true })
}
