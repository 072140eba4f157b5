/** The message with which an assertion fails; an error when it holds. Positions lose their line, which moves. */
export function failureOf(assertion: () => void): string {
  try {
    assertion()
  } catch (error) {
    return String(error instanceof Error ? error.message : error).replace(/(\.ts):\d+:\d+/g, '$1')
  }
  throw new Error('the assertion holds; a failure was expected')
}
