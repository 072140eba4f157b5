import { describe, expect, test } from '@jest/globals'
import { parseSettings, usage } from '../../../runtime/controller/settings.js'

describe('the controller’s settings', () => {
  test('have defaults for all but the image', () => {
    expect(parseSettings(['--image=holdfast:1'], {})).toEqual({
      image: 'holdfast:1',
      namespace: 'holdfast-system',
      trustedImages: [],
      repositoryFolders: [],
      pushgatewayUrl: '',
      clusterName: '',
      metricsPort: 8080,
      leaderElection: true,
    })
  })

  test('are what the command line says, over what the environment says', () => {
    const lists = ['--trusted-images=["a","b"]', '--repository-folders=["/srv"]']
    const args = ['--image=i', '--namespace=n', ...lists, '--pushgateway-url=u', '--cluster-name=c']
    expect(parseSettings([...args, '--metrics-port=0', '--leader-election=false'], { POD_NAMESPACE: 'p' })).toEqual({
      image: 'i',
      namespace: 'n',
      trustedImages: ['a', 'b'],
      repositoryFolders: ['/srv'],
      pushgatewayUrl: 'u',
      clusterName: 'c',
      metricsPort: 0,
      leaderElection: false,
    })
    expect(parseSettings(['--image=i'], { POD_NAMESPACE: 'p' }).namespace).toBe('p')
  })

  test.each([
    [[], '--image is required'],
    [['--image='], '--image is required'],
    [['--image=i', '--metrics-port=web'], "--metrics-port: 'web' is no port"],
    [['--image=i', '--metrics-port=70000'], "--metrics-port: '70000' is no port"],
    [['--image=i', '--metrics-port='], '--metrics-port'],
    [['--image=i', '--trusted-images={}'], '--trusted-images: expected a JSON array of image names; got {}'],
    [['--image=i', '--trusted-images=a,b'], '--trusted-images: expected a JSON array of image names; got a,b'],
    [['--image=i', '--leader-election=no'], '--leader-election'],
    [['--image=i', '--unknown'], '--unknown'],
  ])('%j is refused with a sentence', (args, sentence) => {
    expect(() => parseSettings(args, {})).toThrow(sentence)
  })

  test('are all in the help text', () => {
    const names = [
      'image',
      'namespace',
      'trusted-images',
      'repository-folders',
      'pushgateway-url',
      'cluster-name',
      'metrics-port',
      'leader-election',
    ]
    for (const name of names) expect(usage).toContain(`--${name}=`)
  })
})
