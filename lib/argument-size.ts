/** Most bytes of one argument of a process (Linux: MAX_ARG_STRLEN, 32 pages with the NUL at its end). */
export const longestArgument = 128 * 1024 - 1

const encoder = new TextEncoder()
export const utf8Bytes = (text: string): number => encoder.encode(text).length
