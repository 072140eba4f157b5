export type LogLevel = 'info' | 'warn' | 'error'
export type Log = (level: LogLevel, message: string, error?: unknown) => void

/** One JSON object a line, on standard output, with stable keys. */
export const jsonLog: Log = (level, message, error) => {
  const entry = {
    time: new Date().toISOString(),
    level,
    message,
    ...(error === undefined ? {} : { error: describe(error) }),
  }
  process.stdout.write(`${JSON.stringify(entry)}\n`)
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
