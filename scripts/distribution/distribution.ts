import { chartFiles } from './chart.js'
import type { GeneratedFile } from './generated-file.js'
import { installFiles } from './install.js'
import { kustomizeFiles } from './kustomize.js'

/** Folders of dist/ that hold nothing else. */
export const distributionFolders = ['install', 'kustomize', 'chart']

/** Every file of the distribution. */
export const distributionFiles = (): GeneratedFile[] => [...installFiles(), ...kustomizeFiles(), ...chartFiles()]
