import { describe, expect, test } from '@jest/globals'
import { ambiguousNames, kubectlCommands } from './kubectl-command.js'
import { projectTexts } from './project-text.js'

const commands = projectTexts()
  .filter(({ path }) => !path.startsWith('test/'))
  .flatMap(({ path, text }) => kubectlCommands(text).map(words => ({ path, words })))

// Stash and KubeStash have Repositories and BackupConfigurations too, and kubectl takes whichever group it finds first.
test('no page, message or alert names one of our kinds to kubectl without its group', () => {
  const ours = commands.filter(({ words }) => words.some(word => word.includes('.holdfast.dev')))
  expect(ours.length).toBeGreaterThan(30)
  const ambiguous = commands.filter(({ words }) => ambiguousNames(words).length > 0)
  expect(ambiguous.map(({ path, words }) => `${path}: kubectl ${words.join(' ')}`)).toEqual([])
})

describe('a command of kubectl', () => {
  const found = (text: string) => kubectlCommands(text).flatMap(ambiguousNames)

  test.each([
    ['kubectl delete repositories,backupconfigurations.holdfast.dev --all -A', ['repositories']],
    ['see `kubectl -n {{ $labels.namespace }} describe backupconfiguration x`', ['backupconfiguration']],
    ['kubectl --context a get -A BackupSession/x | grep Pending', ['BackupSession']],
    ['kubectl delete --all \\\n  tasks', ['tasks']],
    ['kubectl explain repository.spec', ['repository.spec']],
    ['kubectl explain repository.holdfast.dev.spec', ['repository.holdfast.dev.spec']],
    ['kubectl delete hbs x', ['hbs']],
    ['kubectl get functions.other.dev', ['functions.other.dev']],
  ])('is ambiguous: %s', (text, names) => {
    expect(found(text)).toEqual(names)
  })

  test.each([
    'kubectl get hbc,hbs -n shop',
    'kubectl describe backupsession.holdfast.dev/x',
    'kubectl explain repositories.holdfast.dev.spec',
    'kubectl get events --field-selector involvedObject.kind=BackupConfiguration',
    'kubectl get crd backupconfigurations.holdfast.dev',
    'kubectl get pods, and the Repository that they use',
    'kubectl apply -f - # the Repository first',
  ])('is not: %s', text => {
    expect(found(text)).toEqual([])
  })
})
