import { repositoryKind } from '../../lib/api/kinds.js'
import { type AdmissionPolicy, type AdmissionRule, celText } from './policy-object.js'

/** A volume’s folder in CEL: its path, and how an administrator names it, of a node or of an NFS server. */
interface Folder {
  readonly path: string
  readonly name: string
}
const hostFolder: Folder = { path: 'each.hostPath.path', name: 'each.hostPath.path' }
const nfsFolder: Folder = { path: 'each.nfs.path', name: "each.nfs.server + ':' + each.nfs.path" }

function isBelow({ path, name: folder }: Folder, allowed: readonly string[]): string {
  const roots = allowed.map(each => each.replace(/\/+$/, ''))
  const either = roots.flatMap(root => [
    ...(root === '' ? [] : [`(${folder}) == ${celText(root)}`]),
    `(${folder}).startsWith(${celText(`${root}/`)})`,
  ])
  // A path may go up again: /srv/backups/../../etc begins as it should.
  return either.length === 0 ? 'false' : `!('..' in ${path}.split('/')) && (${either.join(' || ')})`
}

/** No volume of a list, in CEL, mounts a folder of a node or of an NFS server other than those allowed. */
export function folderRule(path: string, volumes: string, allowed: readonly string[]): AdmissionRule {
  const host = `!has(each.hostPath) || ${isBelow(hostFolder, allowed)}`
  const nfs = `!has(each.nfs) || ${isBelow(nfsFolder, allowed)}`
  const fix = allowed.length === 0 ? 'use a claim' : `expected one below ${allowed.join(', ')}, or a claim`
  return {
    expression: `${volumes}.all(each, (${host}) && (${nfs}))`,
    messageExpression: `'${path}: a folder of a node or of an NFS server that Repositories may not use; ${fix}'`,
  }
}

/** Which folders of nodes and NFS servers a Repository may lie in; the controller asks the same for every session. */
export function repositoryFoldersPolicy(allowed: readonly string[]): AdmissionPolicy {
  return {
    name: 'holdfast-repository-folders',
    resources: [repositoryKind.plural],
    variables: { volumes: 'has(object.spec.backend.local) ? [object.spec.backend.local] : []' },
    rules: [folderRule('spec.backend.local', 'variables.volumes', allowed)],
  }
}
