const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

/** A table of Markdown whose first column is text and whose others are numbers. */
export function markdownTable(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = head.map((_, index) => (index === 0 ? '---' : '---:'))
  return [head, line, ...body].map(row).join('\n')
}

const number = new Intl.NumberFormat('en-US')

/** Digits in groups of three, with spaces. */
export const groupedDigits = (value: number): string => number.format(value).replaceAll(',', ' ')
