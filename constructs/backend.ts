import type { Backend as BackendSpec } from '../lib/api/backend.js'

/** What every store has. */
export interface StoreProps {
  /**
   * Secret, in the Repository’s namespace, with `RESTIC_PASSWORD` and the store’s credentials. Only its name is written;
   * neither compiler nor controller ever reads it.
   */
  readonly secretName: string
}

/** A bucket or container, and the folder in it. */
export interface PrefixProps extends StoreProps {
  /** Folder of the repository inside the store. @default - the root of the store */
  readonly prefix?: string
}

export interface ConnectionProps extends PrefixProps {
  /** Connections that restic opens at once. @default - restic’s own (5) */
  readonly maxConnections?: number
}

export interface S3Props extends PrefixProps {
  /** Host and port, with the scheme where it matters: `https://s3.example.com:9000`. */
  readonly endpoint: string
  readonly bucket: string
  /** Region that requests are signed for. @default - the store’s own answer */
  readonly region?: string
  /** Accepts any certificate. @default false */
  readonly insecureTLS?: boolean
}

/** A mounted volume: exactly one of `claimName`, `nfs` and `hostPath`. */
export interface LocalProps extends StoreProps {
  /** A claim in the Repository’s namespace: the way under Pod Security `restricted`. */
  readonly claimName?: string
  /** An NFS export; needs a namespace that allows it. */
  readonly nfs?: { readonly server: string; readonly path: string }
  /** A folder of one node; needs a `privileged` namespace. */
  readonly hostPath?: { readonly path: string; readonly node: string }
  /** Where movers mount it. @default /holdfast-repository */
  readonly mountPath?: string
  /** Folder of the repository inside the volume. @default - its root */
  readonly subPath?: string
}

/** Where a repository lies. No field holds a credential: those are in the Secret. */
export class Backend {
  readonly spec: BackendSpec

  private constructor(spec: BackendSpec) {
    this.spec = spec
  }

  /** Amazon S3 and what speaks its protocol (MinIO, Ceph, Wasabi, …). */
  static s3(props: S3Props): Backend {
    const { secretName, ...s3 } = props
    return new Backend({ s3: { ...s3, insecureTLS: s3.insecureTLS ?? false }, storageSecretName: secretName })
  }

  /** Google Cloud Storage. */
  static gcs(props: ConnectionProps & { readonly bucket: string }): Backend {
    const { secretName, ...gcs } = props
    return new Backend({ gcs, storageSecretName: secretName })
  }

  /** Azure Blob Storage. */
  static azure(props: ConnectionProps & { readonly container: string }): Backend {
    const { secretName, ...azure } = props
    return new Backend({ azure, storageSecretName: secretName })
  }

  /** Backblaze B2, by its native protocol. */
  static b2(props: ConnectionProps & { readonly bucket: string }): Backend {
    const { secretName, ...b2 } = props
    return new Backend({ b2, storageSecretName: secretName })
  }

  /** OpenStack Swift. */
  static swift(props: PrefixProps & { readonly container: string }): Backend {
    const { secretName, ...swift } = props
    return new Backend({ swift, storageSecretName: secretName })
  }

  /** restic’s rest-server. The address carries no user: user and password are keys of the Secret. */
  static rest(props: StoreProps & { readonly url: string }): Backend {
    const { secretName, ...rest } = props
    return new Backend({ rest, storageSecretName: secretName })
  }

  /** A mounted volume. */
  static local(props: LocalProps): Backend {
    const { secretName, claimName, ...rest } = props
    const claim = claimName === undefined ? {} : { persistentVolumeClaim: { claimName } }
    return new Backend({ local: { ...rest, ...claim }, storageSecretName: secretName })
  }
}
