/** Whether the full sizes are asked for. */
export const full = process.env['HOLDFAST_FAULTS'] === 'all'

/** How many: a representative number in an ordinary run, the full one when `HOLDFAST_FAULTS` is `all`. */
export const sized = (usual: number, most: number): number => (full ? most : usual)
