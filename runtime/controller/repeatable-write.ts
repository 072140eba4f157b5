import { isAlreadyExists, isNotFound } from '../kube/api-error.js'

/** Creates what may be there already: names are functions of identity, so what exists is what was meant. Undefined then. */
export async function existingIsFine<T>(create: () => Promise<T>): Promise<T | undefined> {
  try {
    return await create()
  } catch (error) {
    if (isAlreadyExists(error)) return undefined
    throw error
  }
}

/** Deletes what may be gone already. */
export async function goneIsFine(remove: () => Promise<void>): Promise<void> {
  try {
    await remove()
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
