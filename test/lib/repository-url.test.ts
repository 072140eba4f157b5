import { describe, expect, test } from '@jest/globals'
import type { Backend } from '../../lib/api/backend.js'
import { backendSchema } from '../../lib/api/backend.js'
import { repositoryUrl, storeKey } from '../../lib/repository-url.js'

const keys = { storageSecretName: 'keys' }
const claim = (mountPath?: string, subPath?: string): Backend => ({
  local: {
    persistentVolumeClaim: { claimName: 'store' },
    ...(mountPath === undefined ? {} : { mountPath }),
    ...(subPath === undefined ? {} : { subPath }),
  },
  ...keys,
})

const known: [string, Backend, string][] = [
  [
    'S3',
    { s3: { endpoint: 'https://s3.test:9000', bucket: 'b', prefix: 'a/b' }, ...keys },
    's3:https://s3.test:9000/b/a/b',
  ],
  ['S3 without a prefix', { s3: { endpoint: 's3.test', bucket: 'b' }, ...keys }, 's3:s3.test/b'],
  ['Google', { gcs: { bucket: 'b', prefix: 'p' }, ...keys }, 'gs:b:/p'],
  ['Google without a prefix', { gcs: { bucket: 'b' }, ...keys }, 'gs:b:/'],
  ['Azure', { azure: { container: 'c', prefix: 'p' }, ...keys }, 'azure:c:/p'],
  ['Azure without a prefix', { azure: { container: 'c' }, ...keys }, 'azure:c:/'],
  ['B2', { b2: { bucket: 'b', prefix: 'p' }, ...keys }, 'b2:b:p'],
  ['B2 without a prefix', { b2: { bucket: 'b' }, ...keys }, 'b2:b:'],
  ['Swift', { swift: { container: 'c', prefix: 'p' }, ...keys }, 'swift:c:/p'],
  ['Swift without a prefix', { swift: { container: 'c' }, ...keys }, 'swift:c:/'],
  ['a rest-server', { rest: { url: 'https://rest.test:8000/shop' }, ...keys }, 'rest:https://rest.test:8000/shop/'],
  ['a rest-server with a slash', { rest: { url: 'http://rest.test/' }, ...keys }, 'rest:http://rest.test/'],
  ['a claim', claim(), '/holdfast-repository'],
  ['a claim at a path of its own', claim('/store', 'shop'), '/store/shop'],
  ['NFS', { local: { nfs: { server: 'n', path: '/e' }, subPath: 's' }, ...keys }, '/holdfast-repository/s'],
  ['a folder of a node', { local: { hostPath: { path: '/srv', node: 'one' } }, ...keys }, '/holdfast-repository'],
]

describe('restic’s name of a repository', () => {
  test.each(known)('at %s', (_store, backend, url) => {
    expect(backendSchema.safeParse(backend).success).toBe(true)
    expect(repositoryUrl(backend)).toBe(url)
  })

  test.each([
    { rest: { url: 'https://user:password@rest.test/' } },
    { rest: { url: 'https://user@rest.test/' } },
    { s3: { endpoint: 'https://key:secret@s3.test', bucket: 'b' } },
  ])('never holds a credential: %j is no backend', backend => {
    expect(backendSchema.safeParse({ ...backend, ...keys }).success).toBe(false)
  })
})

describe('what tells stores apart', () => {
  test('is the store itself, wherever it is mounted and whoever names it', () => {
    expect(storeKey(claim('/a'), 'shop')).toBe(storeKey(claim('/b'), 'shop'))
    const s3: Backend = { s3: { endpoint: 's3.test', bucket: 'b' }, ...keys }
    expect(storeKey(s3, 'shop')).toBe(storeKey({ ...s3, storageSecretName: 'others' }, 'bank'))
  })

  test('tells claims of two namespaces, folders, servers and nodes apart', () => {
    const local = (rest: Partial<NonNullable<Backend['local']>>): Backend => ({ local: rest, ...keys })
    const all = [
      storeKey(claim(), 'shop'),
      storeKey(claim(), 'bank'),
      storeKey(claim(undefined, 'folder'), 'shop'),
      storeKey(local({ nfs: { server: 'a', path: '/e' } }), 'shop'),
      storeKey(local({ nfs: { server: 'b', path: '/e' } }), 'shop'),
      storeKey(local({ nfs: { server: 'a', path: '/f' } }), 'shop'),
      storeKey(local({ hostPath: { path: '/e', node: 'a' } }), 'shop'),
      storeKey(local({ hostPath: { path: '/e', node: 'b' } }), 'shop'),
    ]
    expect(new Set(all).size).toBe(all.length)
  })

  test('is the same for two ways of writing one store', () => {
    const s3 = (endpoint: string): Backend => ({ s3: { endpoint, bucket: 'b' }, ...keys })
    expect(storeKey(s3('https://s3.test'), 'shop')).toBe(storeKey(s3('s3.test'), 'shop'))
  })
})
