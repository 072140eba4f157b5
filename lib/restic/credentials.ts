import type { Provider } from '../provider.js'

/** The content of a repository’s Secret, by key. */
export type SecretKeys = ReadonlyMap<string, string>

/** The encryption key of every repository: without it nothing can be read, now or ever. */
export const passwordKey = 'RESTIC_PASSWORD'
export const caKey = 'CA_CERT_DATA'
export const googleAccountKey = 'GOOGLE_SERVICE_ACCOUNT_JSON_KEY'

// Sets of keys that open a store, each complete in itself; the first is the one a message proposes.
const keySets: Readonly<Record<Provider, readonly (readonly string[])[]>> = {
  s3: [['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']],
  gcs: [['GOOGLE_PROJECT_ID', googleAccountKey]],
  azure: [['AZURE_ACCOUNT_NAME', 'AZURE_ACCOUNT_KEY']],
  b2: [['B2_ACCOUNT_ID', 'B2_ACCOUNT_KEY']],
  swift: [
    ['OS_AUTH_URL', 'OS_USERNAME', 'OS_PASSWORD'],
    ['ST_AUTH', 'ST_USER', 'ST_KEY'],
    ['OS_AUTH_URL', 'OS_APPLICATION_CREDENTIAL_ID', 'OS_APPLICATION_CREDENTIAL_SECRET'],
    ['OS_AUTH_URL', 'OS_APPLICATION_CREDENTIAL_NAME', 'OS_APPLICATION_CREDENTIAL_SECRET'],
    ['OS_STORAGE_URL', 'OS_AUTH_TOKEN'],
  ],
  rest: [[]],
  local: [[]],
}

// Key of the Secret → variable of restic; a key that is not named here never reaches restic.
const same = (...keys: string[]) => Object.fromEntries(keys.map(key => [key, key]))
const variables: Readonly<Record<Provider, Readonly<Record<string, string>>>> = {
  s3: same('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'),
  gcs: same('GOOGLE_PROJECT_ID'),
  azure: same('AZURE_ACCOUNT_NAME', 'AZURE_ACCOUNT_KEY'),
  b2: same('B2_ACCOUNT_ID', 'B2_ACCOUNT_KEY'),
  swift: same(
    ...['ST_AUTH', 'ST_USER', 'ST_KEY', 'OS_AUTH_URL', 'OS_REGION_NAME', 'OS_USERNAME', 'OS_PASSWORD'],
    ...['OS_TENANT_ID', 'OS_TENANT_NAME', 'OS_USER_DOMAIN_NAME', 'OS_PROJECT_NAME', 'OS_PROJECT_DOMAIN_NAME'],
    ...['OS_APPLICATION_CREDENTIAL_ID', 'OS_APPLICATION_CREDENTIAL_NAME', 'OS_APPLICATION_CREDENTIAL_SECRET'],
    ...['OS_STORAGE_URL', 'OS_AUTH_TOKEN'],
  ),
  rest: { REST_SERVER_USERNAME: 'RESTIC_REST_USERNAME', REST_SERVER_PASSWORD: 'RESTIC_REST_PASSWORD' },
  local: {},
}

/** The sets of keys of which one must be complete in the Secret, beside `RESTIC_PASSWORD` (Stash’s keys). */
export function requiredKeys(provider: Provider): readonly (readonly string[])[] {
  return keySets[provider].map(set => [passwordKey, ...set])
}

/** Keys that the Secret lacks: those of the set that is nearest to complete. Empty when it can be used. */
export function missingKeys(provider: Provider, keys: SecretKeys): readonly string[] {
  const lacking = requiredKeys(provider).map(set => set.filter(key => (keys.get(key) ?? '').trim() === ''))
  return lacking.reduce((least, each) => (each.length < least.length ? each : least))
}

/**
 * The store’s credentials as restic’s variables. A trailing newline, which `echo` and editors add, is no part of one;
 * the password alone is taken literally, because restic derives the key from every byte of it.
 */
export function credentialVariables(provider: Provider, keys: SecretKeys): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [key, variable] of Object.entries(variables[provider])) {
    const value = keys.get(key)?.trim()
    if (value !== undefined && value !== '') found[variable] = value
  }
  return found
}

const publicKeys =
  /^(CA_CERT_DATA|.*(_PROJECT_ID|_ACCOUNT_NAME|_ACCOUNT_ID|_USERNAME|_REGION_NAME|_AUTH_URL|_STORAGE_URL|_DOMAIN_NAME|_PROJECT_NAME|_TENANT_NAME|_TENANT_ID|ST_AUTH|ST_USER))$/

/** The values that must never appear in a log line or report. */
export function secretValues(keys: SecretKeys): readonly string[] {
  const values = [...keys].filter(([key]) => !publicKeys.test(key)).map(([, value]) => value.trim())
  const lines = values.flatMap(value => value.split(/[\n",]|\\n/)).map(line => line.trim())
  return [...new Set([...values, ...lines.filter(line => line.length >= 16)])].filter(value => value !== '')
}
