import { randomUUID } from 'node:crypto'
import { badRequest, expired } from './api-error.js'
import type { Fields, KubeObject } from './object.js'
import { keyOf } from './registry.js'
import type { ApiRequest } from './request.js'
import { apiVersionOf } from './resource.js'
import { fieldPredicate, labelPredicate, type Predicate } from './selector.js'
import type { Store } from './store.js'

interface Page {
  readonly revision: number
  readonly rest: readonly KubeObject[]
}

/** Lists in pages that all show one revision, however much is written between them. */
export class Lister {
  private readonly store: Store
  private readonly pages = new Map<string, Page>()

  constructor(store: Store) {
    this.store = store
  }

  list(request: ApiRequest): Fields {
    const page = this.page(request)
    const limit = Number(request.query.get('limit') ?? 0)
    const items = limit > 0 ? page.rest.slice(0, limit) : page.rest
    const rest = page.rest.slice(items.length)
    const metadata: Fields = { resourceVersion: String(page.revision) }
    if (rest.length > 0) {
      metadata['continue'] = this.remember({ revision: page.revision, rest })
      metadata['remainingItemCount'] = rest.length
    }
    const { resource } = request
    return { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata, items }
  }

  private page(request: ApiRequest): Page {
    const token = request.query.get('continue')
    if (token !== null && token !== '') return this.recall(token)
    const current = this.store.currentRevision()
    const asked = request.query.get('resourceVersion') ?? ''
    if (request.query.get('resourceVersionMatch') === 'Exact' && Number(asked) !== current) {
      throw expired(`The resourceVersion for the provided list is too old.`)
    }
    const matches = predicateOf(request)
    const rest = this.store.list(keyOf(request.resource), request.namespace).filter(matches)
    return { revision: current, rest }
  }

  private remember(page: Page): string {
    const token = randomUUID()
    this.pages.set(token, page)
    if (this.pages.size > 1000) this.pages.delete(this.pages.keys().next().value ?? '')
    return token
  }

  private recall(token: string): Page {
    const page = this.pages.get(token)
    if (page !== undefined && page.revision >= this.store.oldestRevision()) return page
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
    )
  }
}

/** The selectors of a list or watch, with `metadata.name` of a single object read as a field selector. */
export function predicateOf(request: ApiRequest): Predicate {
  const label = request.query.get('labelSelector') ?? ''
  const field = request.query.get('fieldSelector') ?? ''
  if (request.query.has('limit') && Number.isNaN(Number(request.query.get('limit')))) throw badRequest('invalid limit')
  const labels = label === '' ? everything : labelPredicate(label)
  const fields = field === '' ? everything : fieldPredicate(keyOf(request.resource), field)
  return object =>
    labels(object) && fields(object) && (request.name === undefined || object.metadata.name === request.name)
}

const everything: Predicate = () => true
