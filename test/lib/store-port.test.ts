import { expect, test } from '@jest/globals'
import type { Backend } from '../../lib/api/backend.js'
import { storePorts } from '../../lib/store-port.js'

const s3 = (endpoint: string): Omit<Backend, 'storageSecretName'> => ({ s3: { endpoint, bucket: 'b' } })

test.each<[string, Omit<Backend, 'storageSecretName'>, ...number[]]>([
  ['of an address with a port', s3('https://s3.example.com:9000'), 9000],
  ['of plain http with a port', s3('http://minio.shop.svc:9000'), 9000],
  ['of an address without a scheme', s3('s3.example.com'), 443],
  ['of an address without a scheme, with a port', s3('s3.example.com:8443'), 8443],
  ['of http', s3('http://s3.example.com'), 80],
  ['of an address of version 6', s3('https://[2001:db8::7]:9000'), 9000],
  ['of a rest-server with a path', { rest: { url: 'https://rest.example.com:8000/shop' } }, 8000],
  ['of a rest-server with a colon in its path', { rest: { url: 'http://rest.example.com/a:12' } }, 80],
  ['of Google’s store', { gcs: { bucket: 'b' } }, 443],
  ['of Swift is https’, and Keystone’s beside it', { swift: { container: 'c' } }, 443, 5000],
  ['of a mounted volume there is none', { local: { persistentVolumeClaim: { claimName: 'c' } } }],
])('the port %s', (_, backend, ...ports) => {
  expect(storePorts({ ...backend, storageSecretName: 's' })).toEqual(ports)
})
