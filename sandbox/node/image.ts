/** What stands in for a container image: how its program is started on this machine. */
export interface Image {
  /** Put before a container's `args`; empty for an image that runs the container's own command with the host's tools. */
  readonly entrypoint: readonly string[]
  /** Used when a container gives neither `command` nor `args`. */
  readonly command?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** The user id of the image's `USER`; 0 by default. */
  readonly user?: number
}

/** Images by their exact names. */
export class ImageStore {
  private readonly images = new Map<string, Image>()

  constructor(images: Readonly<Record<string, Image>>) {
    for (const [name, image] of Object.entries(images)) this.add(name, image)
  }

  add(name: string, image: Image): void {
    this.images.set(name, image)
  }

  get(name: string): Image | undefined {
    return this.images.get(name)
  }

  has(name: string): boolean {
    return this.images.has(name)
  }
}
