/** A narrowing that was meant: the fields it is about, what it is, and why nobody loses by it. */
export interface AcceptedNarrowing {
  readonly field: RegExp
  readonly what: RegExp
  readonly why: string
}

const noDots = 'paths with a part . or .. are refused: they led out of the volume, and no such backup could be trusted'
const oneYear = 'durations above a year are refused: the kubelet counts them in 32 bits, and no such session could run'
const either = 'what used to be required is still asked for, or its new alternative in its place'

/** Every way in which today’s definitions refuse what an earlier version accepted. */
export const acceptedNarrowings: readonly AcceptedNarrowing[] = [
  { field: /^Repository\.spec\.backend\..*\.(prefix|path|mountPath|subPath)$/, what: /^pattern/, why: noDots },
  { field: /\.target\.(paths\[\]|volumeMounts\[\]\.(mountPath|subPath))$/, what: /^pattern/, why: noDots },
  { field: /^RestoreSession\.spec\.(destination|target\.rules\[\]\.paths\[\])$/, what: /^pattern/, why: noDots },
  { field: /^Repository\.spec\.maintenance\.\w+\.interval$/, what: /8760h/, why: oneYear },
  { field: /^BackupConfiguration\.spec\.(recoveryPointObjective|startingDeadline)$/, what: /8760h/, why: oneYear },
  { field: /\.spec\.(retryConfig\.delay|startDeadline|timeOut)$/, what: /8760h/, why: oneYear },
  {
    field: /\.spec\.interimVolumeTemplate\.spec$/,
    what: /^unknown fields are dropped/,
    why: 'volumeName, selector and data sources would have given a tenant the volumes of others',
  },
  { field: /\.spec\.hooks\.\w+\.http(Get|Post)$/, what: /has\(self\.port\)$/, why: either },
  { field: /\.spec\.hooks\.\w+\.http(Get|Post)\.httpHeaders\[\]$/, what: /has\(self\.value\)/, why: either },
]
