import { z } from 'zod'
import { providers } from '../provider.js'
import { rule } from '../schema/rule.js'
import { absolutePath, dnsName, int32, line, relativePath, word } from './text.js'

// No part is `.` or `..`: what one store takes for a name leads out of the folder in another.
const prefixPart =
  "([A-Za-z0-9!_*'()-][A-Za-z0-9!_.*'()-]*|\\.[A-Za-z0-9!_*'()-][A-Za-z0-9!_.*'()-]*|\\.\\.[A-Za-z0-9!_.*'()-]+)"
const prefixPattern = new RegExp(`^${prefixPart}(/${prefixPart})*$`)
const prefix = () =>
  z
    .string()
    .max(512)
    .regex(prefixPattern)
    .optional()
    .describe('Folder of the repository inside the store. Default: the root of the store.')
const bucket = (what: string) =>
  z
    .string()
    .min(1)
    .max(255)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
    .describe(what)
const maxConnections = () =>
  int32(1, 256).optional().describe('Connections that restic opens at once. Default: restic’s own (5).')
const url = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^https?:\/\/[^@\s\x00-\x1f]+$/)

const s3 = z.strictObject({
  endpoint: z
    .string()
    .min(1)
    .max(512)
    .regex(/^(https?:\/\/)?[^@/\s\x00-\x1f]+$/)
    .describe(
      'Host and port of the store, with `http://` or `https://` where it matters: `https://s3.example.com:9000`.',
    ),
  bucket: bucket('Name of the bucket.'),
  prefix: prefix(),
  region: line(64).optional().describe('Region that requests are signed for. Default: the store’s own answer.'),
  insecureTLS: z.boolean().optional().describe('Accepts any certificate of the store. Default: false.'),
})
const gcs = z.strictObject({
  bucket: bucket('Name of the bucket.'),
  prefix: prefix(),
  maxConnections: maxConnections(),
})
const azure = z.strictObject({
  container: bucket('Name of the container.'),
  prefix: prefix(),
  maxConnections: maxConnections(),
})
const b2 = z.strictObject({ bucket: bucket('Name of the bucket.'), prefix: prefix(), maxConnections: maxConnections() })
const swift = z.strictObject({ container: bucket('Name of the container.'), prefix: prefix() })
const rest = z.strictObject({
  url: url(1024).describe('Address of the rest-server, without user or password: those are keys of the Secret.'),
})

const localVolume = z.strictObject({
  mountPath: absolutePath().optional().describe('Where movers mount the volume. Default: `/holdfast-repository`.'),
  subPath: relativePath().optional().describe('Folder of the repository inside the volume. Default: its root.'),
  persistentVolumeClaim: z
    .strictObject({ claimName: dnsName().describe('Name of the claim, in the Repository’s namespace.') })
    .optional()
    .describe('A claim: the way under Pod Security `restricted`.'),
  nfs: z
    .strictObject({
      server: word(253).describe('Host name or address of the NFS server.'),
      path: absolutePath().describe('Exported path.'),
    })
    .optional()
    .describe('An NFS export. Pod Security `restricted` refuses it: put it behind a claim there.'),
  hostPath: z
    .strictObject({
      path: absolutePath().describe('Folder on the node.'),
      node: dnsName().describe('The node that has the folder (label `kubernetes.io/hostname`): movers run only there.'),
    })
    .optional()
    .describe('A folder of one node. Pod Security `baseline` and `restricted` refuse it.'),
})
const volumeSources = ['persistentVolumeClaim', 'nfs', 'hostPath'] as const
const local = rule(localVolume, {
  cel: '(has(self.persistentVolumeClaim) ? 1 : 0) + (has(self.nfs) ? 1 : 0) + (has(self.hostPath) ? 1 : 0) == 1',
  message: 'a local backend needs exactly one of persistentVolumeClaim, nfs, hostPath',
  code: 'HF1009',
  check: value => volumeSources.filter(source => value[source] !== undefined).length === 1,
})

const stores = z.strictObject({
  s3: s3.optional().describe('Amazon S3 and what speaks its protocol (MinIO, Ceph, Wasabi, …).'),
  gcs: gcs.optional().describe('Google Cloud Storage.'),
  azure: azure.optional().describe('Azure Blob Storage.'),
  b2: b2.optional().describe('Backblaze B2, by its native protocol.'),
  swift: swift.optional().describe('OpenStack Swift.'),
  rest: rest.optional().describe('restic’s rest-server.'),
  local: local.optional().describe('A mounted volume.'),
  storageSecretName: dnsName().describe(
    'Secret in the Repository’s namespace with `RESTIC_PASSWORD` and the store’s credentials. Holdfast never reads it; movers mount it.',
  ),
})

export const backendSchema = rule(stores, {
  cel: `[${providers.map(provider => `has(self.${provider})`).join(', ')}].filter(x, x).size() == 1`,
  message: `a backend is exactly one of ${providers.join(', ')}`,
  code: 'HF1009',
  check: value => providers.filter(provider => value[provider] !== undefined).length === 1,
})

export type Backend = z.infer<typeof backendSchema>
export type LocalBackend = z.infer<typeof local>
