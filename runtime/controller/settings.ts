import { parseArgs } from 'node:util'

/** What the controller is told when it starts. */
export interface Settings {
  /** Its own namespace: where the Lease lives. */
  readonly namespace: string
  /** Its own image: what `${HOLDFAST_IMAGE}` is, and what finish and maintain Jobs run. */
  readonly image: string
  /** Images of earlier releases that committed templates may still use. */
  readonly trustedImages: readonly string[]
  /** Folders of nodes (`/srv/backups`) and of NFS servers (`nas:/exports`) that Repositories may use without a claim. */
  readonly repositoryFolders: readonly string[]
  /** Where movers push metrics; empty for nowhere. */
  readonly pushgatewayUrl: string
  /** Value of the metrics’ `cluster` label; empty for none. */
  readonly clusterName: string
  readonly metricsPort: number
  readonly leaderElection: boolean
}

export const usage = `holdfast controller: runs BackupSessions and RestoreSessions

  --image=IMAGE             its own image, for finish and maintain Jobs            required
  --namespace=NAMESPACE     where its Lease lives                                  default: $POD_NAMESPACE, else holdfast-system
  --trusted-images=JSON     images that committed Job templates may use besides    default: []
  --repository-folders=JSON hostPath and NFS folders that Repositories may use     default: []
  --pushgateway-url=URL     where metrics are pushed                               default: nowhere
  --cluster-name=NAME       "cluster" of the pushed metrics                        default: none
  --metrics-port=PORT       /metrics, /healthz and /readyz                         default: 8080
  --leader-election=BOOL    one active controller at a time                        default: true
`

/** Reads the command line. Throws Error with a sentence for a person when it cannot be understood. */
export function parseSettings(args: readonly string[], env: NodeJS.ProcessEnv): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      image: { type: 'string' },
      namespace: { type: 'string' },
      'trusted-images': { type: 'string', default: '[]' },
      'repository-folders': { type: 'string', default: '[]' },
      'pushgateway-url': { type: 'string', default: '' },
      'cluster-name': { type: 'string', default: '' },
      'metrics-port': { type: 'string', default: '8080' },
      'leader-election': { type: 'string', default: 'true' },
    },
  })
  if (values.image === undefined || values.image === '')
    throw new Error('--image is required: the image that finish and maintain Jobs run')
  const port = /^[0-9]+$/.test(values['metrics-port']) ? Number(values['metrics-port']) : Number.NaN
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Error(`--metrics-port: '${values['metrics-port']}' is no port`)
  return {
    image: values.image,
    namespace: values.namespace ?? env['POD_NAMESPACE'] ?? 'holdfast-system',
    trustedImages: textList('trusted-images', 'image names', values['trusted-images']),
    repositoryFolders: textList('repository-folders', 'folders', values['repository-folders']),
    pushgatewayUrl: values['pushgateway-url'],
    clusterName: values['cluster-name'],
    metricsPort: port,
    leaderElection: truth('leader-election', values['leader-election']),
  }
}

function truth(flag: string, text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new Error(`--${flag}: expected true or false; got '${text}'`)
  return text === 'true'
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function textList(flag: string, what: string, text: string): string[] {
  const list = parsed(text)
  if (!Array.isArray(list) || !list.every(each => typeof each === 'string')) {
    throw new Error(`--${flag}: expected a JSON array of ${what}; got ${text}`)
  }
  return list
}
