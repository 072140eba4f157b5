import { AgentBench, type BenchOptions } from './agent-bench.js'
import { realRestic } from './restic/real-restic.js'
import { recordedRestic } from './restic/recorded-restic.js'

/** Both restics, as quick as they can be. */
const restics = {
  recorded: () => recordedRestic({ duration: () => 1 }),
  real: () => realRestic({ cheapKeys: true }),
}
export type ResticKind = keyof typeof restics

const benches: AgentBench[] = []

/** A bench with two files in its volume. */
export function benchOf(kind: ResticKind, more: Partial<BenchOptions> = {}): AgentBench {
  const bench = new AgentBench({ restic: restics[kind](), ...more })
  benches.push(bench)
  bench.write('data/a.txt', 'alpha')
  bench.write('data/sub/b.txt', 'beta')
  return bench
}

export function closeBenches(): void {
  for (const bench of benches.splice(0)) bench.close()
}

/** A text without what no two repositories have in common: ids and times. */
export const masked = (text: string) =>
  text
    .replace(/[0-9a-f]{8,64}/g, '#')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '@')
    .replace(/("seconds":|"uploadedBytes":|"maintenance":\{.*"totalBytes":)[\d.]+/g, '$10')
