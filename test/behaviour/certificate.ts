import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A certificate that vouches for itself, and its key, as files. */
export interface Certificate {
  readonly certificate: string
  readonly key: string
  /** What a client has to be given to trust it. */
  readonly authority: string
}

/** Makes a certificate for an IP address in `folder`; it is good for two days. */
export async function certificateFor(address: string, folder: string): Promise<Certificate> {
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')]
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', '2'],
    ...['-subj', '/CN=holdfast-test', '-addext', `subjectAltName=IP:${address}`],
    ...['-keyout', key, '-out', certificate],
  ])
  return { certificate, key, authority: await readFile(certificate, 'utf8') }
}
