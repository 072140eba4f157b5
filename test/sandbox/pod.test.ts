import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Loose, pods, secrets, shell, Trial } from './trial.js'

let trial: Trial
beforeAll(async () => {
  const agent = { entrypoint: ['/bin/echo', 'agent'], command: ['by', 'default'], env: { FROM_IMAGE: 'yes' } }
  trial = await Trial.start({ images: { tools: { entrypoint: [] }, agent } })
})
afterAll(() => trial.stop())

const messages = (statuses: Loose[]): Loose[] => statuses.map(({ state }) => state.terminated?.message)

describe('a pod', () => {
  test('runs init containers one after the other, then the containers, and keeps their messages and logs', async () => {
    await trial.pod('flow', {
      volumes: [{ name: 'shared', emptyDir: {} }],
      initContainers: ['first', 'second'].map(name => ({
        ...shell(`echo ${name} >> /shared/order; printf ${name} > /dev/termination-log`),
        name,
        volumeMounts: [{ name: 'shared', mountPath: '/shared' }],
      })),
      containers: [shell('cat /shared/order', { volumeMounts: [{ name: 'shared', mountPath: '/shared' }] })],
    })
    const { status } = await trial.ended('flow')
    expect(status.phase).toBe('Succeeded')
    expect(messages(status.initContainerStatuses)).toEqual(['first', 'second'])
    expect(status.containerStatuses[0].state.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' })
    expect(await trial.log('flow')).toBe('first\nsecond\n')
  })

  test('starts, runs and ends within half a second, however busy the machine', async () => {
    const begun = Date.now()
    await trial.pod('quick', { containers: [shell('true')] })
    await trial.ended('quick')
    expect(Date.now() - begun).toBeLessThan(500)
  })

  test('stops at the first init container that fails; the later ones never leave their waiting', async () => {
    await trial.pod('broken', {
      initContainers: [shell('exit 3', { name: 'fails' }), shell('true', { name: 'never' })],
      containers: [shell('true')],
    })
    const { status } = await trial.ended('broken')
    expect(status.phase).toBe('Failed')
    expect(status.initContainerStatuses[0].state.terminated).toMatchObject({ exitCode: 3, reason: 'Error' })
    expect(status.initContainerStatuses[1].state.waiting.reason).toBe('PodInitializing')
    expect(status.containerStatuses[0].state.waiting.reason).toBe('PodInitializing')
  })

  test('combines image, command and args as Kubernetes does', async () => {
    const image = { image: 'agent' }
    await trial.pod('combined', {
      containers: [
        { name: 'default', ...image },
        { name: 'args', ...image, args: ['with', '$(WHO)'], env: [{ name: 'WHO', value: 'args' }] },
        { name: 'command', ...image, command: ['/bin/sh', '-c'], args: ['echo "$FROM_IMAGE"'] },
      ],
    })
    await trial.ended('combined')
    expect(await trial.log('combined', 'default')).toBe('agent by default\n')
    expect(await trial.log('combined', 'args')).toBe('agent with args\n')
    expect(await trial.log('combined', 'command')).toBe('yes\n')
  })

  test('sees env from Secrets, fields and what was defined before', async () => {
    await trial.create(secrets, { metadata: { name: 'creds' }, stringData: { user: 'ann', 'pass.word': 'x y' } })
    await trial.create(pods, {
      metadata: { name: 'env', labels: { 'app.kubernetes.io/name': 'demo' } },
      spec: {
        restartPolicy: 'Never',
        containers: [
          shell('echo "$NAME|$LABEL|$USER_NAME|$BOTH|$LITERAL|$UNKNOWN|$MISSING|$P_user"', {
            envFrom: [{ prefix: 'P_', secretRef: { name: 'creds' } }],
            env: [
              { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              { name: 'LABEL', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app.kubernetes.io/name']" } } },
              { name: 'USER_NAME', valueFrom: { secretKeyRef: { name: 'creds', key: 'user' } } },
              { name: 'BOTH', value: '$(NAME)-$(USER_NAME)' },
              { name: 'LITERAL', value: '$$(NAME)' },
              { name: 'UNKNOWN', value: '$(NOPE)' },
              { name: 'MISSING', valueFrom: { secretKeyRef: { name: 'none', key: 'k', optional: true } } },
            ],
          }),
        ],
      },
    })
    await trial.ended('env')
    expect(await trial.log('env')).toBe('env|demo|ann|env-ann|$(NAME)|$(NOPE)||ann\n')
  })

  test('shares 12 288 bytes of termination messages among all its containers', async () => {
    const chatty = 'head -c 5000 /dev/zero | tr "\\0" x > /dev/termination-log'
    const inits = ['a', 'b', 'c', 'd'].map(name => shell(chatty, { name }))
    await trial.pod('chatty', { initContainers: inits, containers: [shell(chatty)] })
    const { status } = await trial.ended('chatty')
    const all = [...status.initContainerStatuses, ...status.containerStatuses]
    expect(messages(all).map(message => message.length)).toEqual([2457, 2457, 2457, 2457, 2457])
    await trial.pod('lone', { containers: [shell(chatty)] })
    expect(messages((await trial.ended('lone')).status.containerStatuses)[0]).toHaveLength(4096)
  })

  test('falls back to the log for a message when it is asked to', async () => {
    const policy = { terminationMessagePolicy: 'FallbackToLogsOnError' }
    await trial.pod('fallback', { containers: [shell('echo last words; exit 1', policy)] })
    expect(messages((await trial.ended('fallback')).status.containerStatuses)).toEqual(['last words\n'])
  })

  test('is told by a start error that its program is not there', async () => {
    await trial.pod('absent', { containers: [{ name: 'main', image: 'tools', command: ['/no/such/program'] }] })
    const { status } = await trial.ended('absent')
    expect(status.containerStatuses[0].state.terminated).toMatchObject({ reason: 'StartError', exitCode: 128 })
  })

  test('past its deadline is failed, with what its container still said after SIGTERM', async () => {
    const patient = "trap 'printf interrupted > /dev/termination-log; exit 7' TERM; sleep 60 & wait"
    await trial.pod('late', {
      activeDeadlineSeconds: 1,
      terminationGracePeriodSeconds: 5,
      initContainers: [shell('printf done > /dev/termination-log', { name: 'a' }), shell(patient, { name: 'b' })],
      containers: [shell('true')],
    })
    const { status } = await trial.ended('late')
    expect(status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' })
    expect(status.message).toBe('Pod was active on the node longer than the specified deadline')
    expect(messages(status.initContainerStatuses)).toEqual(['done', 'interrupted'])
    expect(status.initContainerStatuses[1].state.terminated.exitCode).toBe(7)
    expect(status.containerStatuses[0].state.waiting.reason).toBe('PodInitializing')
  })

  test('that ignores SIGTERM is killed when the grace period is over', async () => {
    const stubborn = shell("trap '' TERM; while :; do sleep 0.1; done")
    await trial.pod('stubborn', { activeDeadlineSeconds: 1, terminationGracePeriodSeconds: 1, containers: [stubborn] })
    const { status } = await trial.ended('stubborn')
    expect(status.containerStatuses[0].state.terminated).toMatchObject({ exitCode: 137, reason: 'Error' })
  })

  test('whose image never came says at its deadline that the container could not be located', async () => {
    const absent = { name: 'a', image: 'absent', imagePullPolicy: 'Never' }
    await trial.pod('unstarted', { activeDeadlineSeconds: 1, initContainers: [absent], containers: [shell('true')] })
    const { status } = await trial.ended('unstarted')
    expect(status.initContainerStatuses[0].state.terminated).toMatchObject({
      reason: 'ContainerStatusUnknown',
      exitCode: 137,
      message: 'The container could not be located when the pod was terminated',
    })
  })

  test('killed for memory says OOMKilled, and what follows stays waiting', async () => {
    await trial.pod('hungry', { initContainers: [shell('sleep 60', { name: 'eats' })], containers: [shell('true')] })
    await trial.until(`${pods}/hungry`, pod => pod.status.initContainerStatuses?.[0].state.running !== undefined)
    trial.sandbox.oomKill('default', 'hungry', 'eats')
    const { status } = await trial.ended('hungry')
    expect(status.phase).toBe('Failed')
    expect(status.initContainerStatuses[0].state.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 })
    expect(status.initContainerStatuses[0].state.terminated.message).toBeUndefined()
    expect(status.containerStatuses[0].state.waiting.reason).toBe('PodInitializing')
  })

  test('takes everything it started along when it ends', async () => {
    await trial.pod('litter', { containers: [shell('setsid sleep 4242 & sleep 0.1')] })
    await trial.ended('litter')
    await trial.pod('census', { containers: [shell('ps ax | grep -c "[s]leep 4242"')] })
    await trial.ended('census')
    expect(await trial.log('census')).toBe('0\n')
  })
})
