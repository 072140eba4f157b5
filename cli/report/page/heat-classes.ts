const classes = 6

/**
 * Where the colours of a heat map begin, as whole numbers from 1 upwards; fewer than six for small counts. Steps grow
 * with the square, so that the many small hours can be told apart beside the few large ones.
 */
export function heatClasses(largest: number): number[] {
  const starts = [1]
  const count = Math.min(classes, Math.max(1, largest))
  for (let index = 1; index < count; index++) {
    const start = 1 + Math.round((largest - 1) * (index / count) ** 2)
    starts.push(Math.max(start, (starts.at(-1) ?? 0) + 1))
  }
  return starts
}
