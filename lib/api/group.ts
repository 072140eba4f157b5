/** The API group of every Holdfast kind. */
export const apiGroup = 'holdfast.dev'
export const apiVersion = `${apiGroup}/v1alpha1`

/** Labels that Holdfast puts on what it makes. Children carry these and never their owner's labels. */
export const labels = {
  managedBy: 'app.kubernetes.io/managed-by',
  component: 'app.kubernetes.io/component',
  /** On a CustomResourceDefinition: the release that wrote it. On the controller’s Lease: the release that leads. */
  version: 'app.kubernetes.io/version',
  configuration: `${apiGroup}/configuration`,
  session: `${apiGroup}/session`,
  restore: `${apiGroup}/restore`,
  repository: `${apiGroup}/repository`,
  /** `backup`, `restore`, `finish`, `notify` or `maintain`: what a Job of the controller is for. */
  job: `${apiGroup}/job`,
  /** On a BackupConfiguration: the tier that it was made from. */
  tier: `${apiGroup}/tier`,
  /** On a BackupConfiguration: the nodes that its runs burden, by any name; runs of one pool are spread together. */
  nodePool: `${apiGroup}/node-pool`,
} as const

export const annotations = {
  /** Digest of all that the resolver read when a job template was made. */
  inputHash: `${apiGroup}/input-hash`,
  /** Digest of the Task and Functions that a job template was made from. */
  functionsHash: `${apiGroup}/functions-hash`,
  /** The scheduled minute of a session, RFC 3339 UTC; absent on a session made by hand. */
  scheduledAt: `${apiGroup}/scheduled-at`,
  /** On a Job: which step each of its containers reports on, as JSON; no other container is believed. */
  reports: `${apiGroup}/reports`,
  /** Digest of a Job's spec as the controller created it. */
  specHash: `${apiGroup}/spec-hash`,
  /** Flux would replace `${…}` in Functions, Tasks and templates with empty strings. */
  fluxSubstitute: 'kustomize.toolkit.fluxcd.io/substitute',
  /** On a Repository: asks for a check that begins at this time or later, RFC 3339. */
  checkRequestedAt: `${apiGroup}/check-requested-at`,
  /** On a claim, or a StatefulSet's claim template: why nobody backs it up. */
  exempt: `${apiGroup}/exempt`,
  /** Until when the exemption holds: a date, `2027-06-30`. */
  exemptUntil: `${apiGroup}/exempt-until`,
  /** On a policy: how long its sessions usually take, a Go duration. */
  expectedDuration: `${apiGroup}/expected-duration`,
} as const

export const managedBy = 'holdfast'

/** Where the target is mounted when the policy does not say (Stash: `/stash-data`). */
export const defaultMountPath = '/holdfast-data'
/** Where every container finds the pod's scratch space. */
export const scratchPath = '/holdfast-tmp'
/** Where the built-in Functions find the repository's Secret. */
export const secretPath = '/holdfast-secret'
/** Where a container finds the credentials of the requests that it sends, a file each. */
export const requestsPath = '/holdfast-requests'
/** Where a `local` repository is mounted when its backend does not say. */
export const defaultRepositoryMountPath = '/holdfast-repository'
/** Where an interim volume is mounted (Stash: `/stash-interim-volume`). */
export const interimPath = '/holdfast-interim-volume'
/** Who the movers run as unless `readAs` says otherwise: Debian's and distroless' "nonroot". */
export const moverUser = 65532
