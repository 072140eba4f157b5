import { describe, expect, test } from '@jest/globals'
import { apiVersionOf, holdfast, JOBS, NODES, PODS, resourcePath } from '../../../runtime/kube/resource.js'

describe('resource paths', () => {
  test('the core group is addressed under /api, all others under /apis', () => {
    expect(resourcePath(PODS, { namespace: 'demo', name: 'web' })).toBe('/api/v1/namespaces/demo/pods/web')
    expect(resourcePath(JOBS, { namespace: 'demo' })).toBe('/apis/batch/v1/namespaces/demo/jobs')
  })

  test('a namespaced collection without a namespace means all namespaces', () => {
    expect(resourcePath(JOBS)).toBe('/apis/batch/v1/jobs')
  })

  test('a cluster-scoped object has no namespace in its path, even when one is given', () => {
    expect(resourcePath(NODES, { namespace: 'demo', name: 'n1' })).toBe('/api/v1/nodes/n1')
  })

  test('the status subresource follows the name', () => {
    const sessions = holdfast('backupsessions', 'BackupSession', true)
    expect(resourcePath(sessions, { namespace: 'demo', name: 's', subresource: 'status' })).toBe(
      '/apis/holdfast.dev/v1alpha1/namespaces/demo/backupsessions/s/status',
    )
    expect(apiVersionOf(sessions)).toBe('holdfast.dev/v1alpha1')
  })

  test('a name cannot leave its place in the path', () => {
    expect(resourcePath(PODS, { namespace: 'demo', name: '../secrets?x=/' })).toBe(
      '/api/v1/namespaces/demo/pods/..%2Fsecrets%3Fx%3D%2F',
    )
  })

  test('one object of a namespaced kind without its namespace is refused', () => {
    expect(() => resourcePath(PODS, { name: 'web' })).toThrow('Pod web has no namespace')
  })
})
