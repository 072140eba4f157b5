import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Trial } from './trial.js'

function installed(): boolean {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const manifest = `
apiVersion: batch/v1
kind: Job
metadata: {name: hello, labels: {app: demo}}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - {name: main, image: tools, command: [/bin/sh, -c, 'echo hello from kubectl']}
`
const settings = `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: COLOUR}
`

let trial: Trial
beforeAll(async () => {
  trial = await Trial.start()
})
afterAll(() => trial.stop())

test('the kubeconfig names the API', () => {
  expect(readFileSync(trial.sandbox.kubeconfigPath, 'utf8')).toContain(`server: ${trial.sandbox.url}`)
})

if (installed()) {
  describe('kubectl', () => {
    /** Not `execFileSync`: the sandbox answers from this very process. */
    async function kubectl(args: string[], input = ''): Promise<string> {
      const child = spawn('kubectl', ['--kubeconfig', trial.sandbox.kubeconfigPath, ...args])
      let out = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (out += chunk))
      child.stdin.end(input)
      const [code] = await once(child, 'close')
      if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${out}`)
      return out
    }

    test('creates a Job, waits for it, and reads its log', async () => {
      expect(await kubectl(['create', '--validate=false', '-f', '-'], manifest)).toContain('job.batch/hello created')
      expect(await kubectl(['wait', '--for=condition=complete', '--timeout=10s', 'job/hello'])).toContain(
        'condition met',
      )
      expect(await kubectl(['logs', 'job/hello'])).toBe('hello from kubectl\n')
      expect(await kubectl(['get', 'jobs,pods', '-o', 'name'])).toMatch(/^job\.batch\/hello\npod\/hello-/)
      expect(await kubectl(['get', 'job', 'hello'])).toContain('hello')
    })

    test('applies on the client and on the server, again and again', async () => {
      const apply = ['apply', '--validate=false', '-f', '-']
      expect(await kubectl(apply, settings)).toContain('configmap/settings created')
      expect(await kubectl(apply, settings)).toContain('configmap/settings unchanged')
      expect(await kubectl(apply, settings.replace('COLOUR', 'red'))).toContain('configmap/settings configured')
      expect(await kubectl(['get', 'cm', 'settings', '-o', 'jsonpath={.data.colour}'])).toBe('red')
      const server = [...apply, '--server-side', '--force-conflicts']
      expect(await kubectl(server, settings.replace('COLOUR', 'blue'))).toContain('serverside-applied')
      expect(await kubectl(['get', 'cm', 'settings', '-o', 'jsonpath={.data.colour}'])).toBe('blue')
    })

    test('watches', async () => {
      const child = spawn('kubectl', ['--kubeconfig', trial.sandbox.kubeconfigPath, 'get', 'cm', '-w', '-o', 'name'])
      let out = ''
      child.stdout.on('data', chunk => (out += chunk))
      while (!out.includes('kube-root-ca.crt')) await once(child.stdout, 'data')
      await trial.create('/api/v1/namespaces/default/configmaps', { metadata: { name: 'watched' } })
      while (!out.includes('configmap/watched')) await once(child.stdout, 'data')
      child.kill()
      await once(child, 'close')
    })

    test('describes, scales in patches, labels, and deletes', async () => {
      expect(await kubectl(['describe', 'job', 'hello'])).toContain('Completed')
      await kubectl(['label', 'job', 'hello', 'seen=yes'])
      await kubectl([
        'patch',
        'cm',
        'settings',
        '--type=json',
        '-p',
        '[{"op":"add","path":"/data/size","value":"big"}]',
      ])
      expect(await kubectl(['get', 'jobs', '-l', 'seen=yes', '-o', 'name'])).toBe('job.batch/hello\n')
      expect(await kubectl(['delete', 'job', 'hello'])).toContain('deleted')
      expect(await kubectl(['get', 'pods', '-o', 'name'])).toBe('')
      await expect(kubectl(['get', 'job', 'hello'])).rejects.toThrow(
        'Error from server (NotFound): jobs.batch "hello" not found',
      )
    })

    test('runs a pod to its end', async () => {
      const run = ['run', 'once', '--image=tools', '--restart=Never', '--command', '--', 'true']
      await kubectl(run)
      await kubectl(['wait', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=10s', 'pod/once'])
    })
  })
}
