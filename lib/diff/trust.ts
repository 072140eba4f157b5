import { namespaceOf } from '../fleet/claim.js'
import { fieldAt, itemsOf, type Manifest } from '../fleet/manifest.js'
import { isUnder } from '../folder.js'
import { containersOf } from '../pod-security/violation.js'
import { enumeration } from './amount.js'
import { type Change, type ChangeKind, positionsOf } from './change.js'
import { type Comparison, pairsOfKind } from './comparison.js'
import { detail } from './difference.js'
import { isOurPair } from './manifest-pair.js'
import { podTemplateOf } from './privileges.js'

/** A list of the controller’s command line that lets everybody who may write our objects do more. */
interface Trust {
  readonly flag: string
  readonly kind: ChangeKind
  readonly field: string
  readonly covers: (known: string, entry: string) => boolean
  readonly sentence: (added: string) => string
}

const trusts: readonly Trust[] = [
  {
    ...{ flag: '--trusted-images', kind: 'images-trusted', field: 'trusted image' },
    covers: (known, image) => known === image,
    sentence: added => `Committed Jobs of every namespace may now run ${added}, with the keys of their stores.`,
  },
  {
    ...{ flag: '--repository-folders', kind: 'folders-allowed', field: 'allowed folder' },
    covers: (known, folder) => isUnder(folder, known === '/' ? known : known.replace(/\/+$/, '')),
    sentence: added =>
      `Whoever may create a Repository may now have pods mount ${added}, read and write, past every claim.`,
  },
]

/** Images that the controller newly lets committed Jobs run, and folders that it newly lets Repositories mount. */
export function trustChanges(comparison: Comparison): Change[] {
  return pairsOfKind(comparison, 'Deployment', 'apps').flatMap((pair): Change[] => {
    const { before, after } = pair
    if (after === undefined || !isOurPair(pair)) return []
    const { object } = after
    return trusts.flatMap(({ flag, kind, field, covers, sentence }): Change[] => {
      const known = listOf(before, flag)
      const added = listOf(after, flag).filter(entry => !known.some(each => covers(each, entry)))
      if (added.length === 0) return []
      return [
        {
          ...{ severity: 'danger', kind, positions: positionsOf(before, after) },
          subject: `Deployment ${namespaceOf(object)}/${object.metadata.name}`,
          sentence: sentence(enumeration(added)),
          details: added.map(entry => detail(field, undefined, entry)),
        },
      ]
    })
  })
}

// As one word or as two, in `args` or in `command`: the program reads all of these.
function listOf(manifest: Manifest | undefined, flag: string): string[] {
  return containersOf(podTemplateOf(manifest)?.spec).flatMap(({ container }) => {
    const words = [...itemsOf(fieldAt(container, 'command')), ...itemsOf(fieldAt(container, 'args'))].map(String)
    return words.flatMap((word, index) => {
      if (word === flag) return textsOf(words[index + 1] ?? '')
      return word.startsWith(`${flag}=`) ? textsOf(word.slice(flag.length + 1)) : []
    })
  })
}

// What the controller itself would refuse trusts nobody.
function textsOf(list: string): string[] {
  try {
    return itemsOf(JSON.parse(list)).filter(entry => typeof entry === 'string')
  } catch {
    return []
  }
}
