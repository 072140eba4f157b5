/** Whether a path is a folder or one of its descendants. */
export const isUnder = (path: string, folder: string): boolean =>
  folder === '/' || path === folder || path.startsWith(`${folder}/`)
