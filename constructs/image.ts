import type { Construct } from 'constructs'
import { version } from '../lib/version.js'

/** Image of this release: controller, trigger and movers. */
export const defaultImage = `holdfast.dev/holdfast:${version}`

/** Key of the construct context that replaces the image for a whole app: `app.node.setContext(imageContext, '…')`. */
export const imageContext = 'holdfast.dev/image'

/** The image of a construct: its own property, else the context, else that of this release. */
export function imageFor(scope: Construct, image: string | undefined): string {
  const context: unknown = scope.node.tryGetContext(imageContext)
  return image ?? (typeof context === 'string' ? context : defaultImage)
}
