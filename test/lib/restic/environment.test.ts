import { describe, expect, test } from '@jest/globals'
import { providers } from '../../../lib/provider.js'
import { missingKeys, requiredKeys, secretValues } from '../../../lib/restic/credentials.js'
import { type EnvironmentInput, resticEnvironment } from '../../../lib/restic/environment.js'
import { redactor } from '../../../lib/restic/redaction.js'

const environment = (
  provider: EnvironmentInput['provider'],
  keys: Record<string, string>,
  more: Partial<EnvironmentInput> = {},
) =>
  resticEnvironment({
    provider,
    url: 'repo',
    keys: new Map(Object.entries(keys)),
    scratchDir: '/scratch',
    path: '/bin',
    progressSeconds: 10,
    ...more,
  })

describe('restic’s environment', () => {
  test('has nothing but what restic needs', () => {
    const { variables, files, missing } = environment('local', {
      RESTIC_PASSWORD: 'pw',
      LD_PRELOAD: 'x',
      RESTIC_PASSWORD_COMMAND: 'y',
    })
    expect(variables).toEqual({
      PATH: '/bin',
      HOME: '/scratch/restic-tmp',
      TMPDIR: '/scratch/restic-tmp',
      LC_ALL: 'C',
      RESTIC_REPOSITORY: 'repo',
      RESTIC_PASSWORD: 'pw',
      RESTIC_CACHE_DIR: '/scratch/restic-cache',
      RESTIC_PROGRESS_FPS: '0.1',
    })
    expect([files, missing]).toEqual([[], []])
  })

  test('takes the password literally and other credentials without the newline that editors add', () => {
    const keys = { RESTIC_PASSWORD: 'pw\n', AWS_ACCESS_KEY_ID: 'id\n', AWS_SECRET_ACCESS_KEY: ' key\n' }
    expect(environment('s3', keys, { region: 'eu-1' }).variables).toMatchObject({
      RESTIC_PASSWORD: 'pw\n',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'key',
      AWS_DEFAULT_REGION: 'eu-1',
    })
  })

  test('writes Google’s account and a CA to files and names them', () => {
    const keys = {
      RESTIC_PASSWORD: 'p',
      GOOGLE_PROJECT_ID: 'me',
      GOOGLE_SERVICE_ACCOUNT_JSON_KEY: '{}',
      CA_CERT_DATA: 'PEM',
    }
    const { variables, files } = environment('gcs', keys)
    expect(files).toEqual([
      { path: '/scratch/restic-tmp/google-account.json', content: '{}' },
      { path: '/scratch/restic-tmp/ca.pem', content: 'PEM' },
    ])
    expect(variables).toMatchObject({
      GOOGLE_PROJECT_ID: 'me',
      GOOGLE_APPLICATION_CREDENTIALS: files[0]?.path,
      RESTIC_CACERT: files[1]?.path,
    })
    expect(variables).not.toHaveProperty('GOOGLE_SERVICE_ACCOUNT_JSON_KEY')
  })

  test('gives a rest-server its user under restic’s own names', () => {
    const keys = { RESTIC_PASSWORD: 'p', REST_SERVER_USERNAME: 'u', REST_SERVER_PASSWORD: 's' }
    expect(environment('rest', keys).variables).toMatchObject({ RESTIC_REST_USERNAME: 'u', RESTIC_REST_PASSWORD: 's' })
  })

  test('keeps Go below the container’s memory limit', () => {
    expect(environment('local', {}, { memoryLimit: 1000 }).variables['GOMEMLIMIT']).toBe('800')
  })
})

describe('required keys', () => {
  test('always include the password', () => {
    for (const provider of providers) {
      expect(requiredKeys(provider).every(set => set.includes('RESTIC_PASSWORD'))).toBe(true)
      expect(environment(provider, {}).missing).toContain('RESTIC_PASSWORD')
    }
  })

  test('are those of the set that is nearest to complete', () => {
    const swift = (keys: string[]) => missingKeys('swift', new Map(keys.map(key => [key, 'v'])))
    expect(swift(['RESTIC_PASSWORD', 'ST_AUTH', 'ST_USER'])).toEqual(['ST_KEY'])
    expect(swift(['RESTIC_PASSWORD', 'OS_STORAGE_URL', 'OS_AUTH_TOKEN'])).toEqual([])
    expect(missingKeys('azure', new Map([['RESTIC_PASSWORD', ' ']]))).toEqual([
      'RESTIC_PASSWORD',
      'AZURE_ACCOUNT_NAME',
      'AZURE_ACCOUNT_KEY',
    ])
  })
})

describe('redaction', () => {
  test('removes credentials and user info, and leaves names and short words alone', () => {
    const account = JSON.stringify({ private_key: '-----BEGIN-----\nMIIEvQIBADANBgkqhki\n', project_id: 'me' })
    const keys = {
      RESTIC_PASSWORD: 'hunter22',
      AWS_ACCESS_KEY_ID: 'AKIA',
      B2_ACCOUNT_ID: 'account',
      GOOGLE_SERVICE_ACCOUNT_JSON_KEY: account,
    }
    const redact = redactor(secretValues(new Map(Object.entries(keys))))
    expect(redact('hunter22 at rest:https://u:p@host/ for account')).toBe('*** at rest:https://***@host/ for account')
    expect(redact('key MIIEvQIBADANBgkqhki end')).toBe('key *** end')
    expect(redactor(['a'])('a banana')).toBe('a banana')
  })
})
