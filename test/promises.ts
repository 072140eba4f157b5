/** One promise of the design, and the tests that try to break it. */
export interface PromiseTests {
  readonly number: number
  readonly promise: string
  /** What of the suites belongs to it: the start of a file's path, and words that a test's name must have. */
  readonly tests: readonly { readonly under: string; readonly named?: RegExp }[]
}

const faults = { under: 'test/faults/' }

/** Every promise with its tests. A row that chooses no test fails the page that is made from it. */
export const promises: readonly PromiseTests[] = [
  {
    number: 1,
    promise:
      'A session is Succeeded only with a snapshot that the repository confirmed. Unreadable files, an empty source, a missing path or an unreadable summary are named outcomes.',
    tests: [
      faults,
      { under: 'test/lies/' },
      { under: 'test/runtime/agent/pvc-backup' },
      { under: 'test/runtime/agent/update-status' },
      { under: 'test/runtime/agent/finish' },
      { under: 'test/runtime/controller/session-outcome' },
      { under: 'test/behaviour/backup-flow' },
      { under: 'test/behaviour/failures-source' },
      { under: 'test/lib/restic/' },
    ],
  },
  {
    number: 2,
    promise: 'A session always ends, within its deadline, with a reason a person can act on.',
    tests: [
      faults,
      { under: 'test/cluster/faults/' },
      { under: 'test/cluster/objects/' },
      { under: 'test/behaviour/attempts' },
      { under: 'test/behaviour/bad-input' },
      { under: 'test/behaviour/disruption' },
      { under: 'test/behaviour/failures' },
      { under: 'test/runtime/controller/session-progress' },
      { under: 'test/runtime/controller/pod-verdict' },
    ],
  },
  {
    number: 3,
    promise: 'One session, one Job: nothing ever runs a second mover on the same attempt.',
    tests: [
      faults,
      { under: 'test/cluster/faults/' },
      { under: 'test/behaviour/disruption' },
      { under: 'test/behaviour/scheduling' },
      { under: 'test/behaviour/turns' },
      { under: 'test/runtime/controller/keyed-lock' },
      { under: 'test/runtime/controller/leader-election' },
      { under: 'test/runtime/controller/session-turn' },
      { under: 'test/runtime/controller/work-queue' },
    ],
  },
  {
    number: 4,
    promise:
      'Nothing deletes backup data as a side effect; only retention that the policy states removes snapshots, only its own, never after a partial or empty backup.',
    tests: [
      faults,
      { under: 'test/cluster/objects/' },
      { under: 'test/lies/', named: /forget|retention|maintain|remov/i },
      { under: 'test/behaviour/sharing' },
      { under: 'test/lib/retention/' },
      { under: 'test/runtime/agent/maintain' },
      { under: 'test/runtime/controller/repository-decision' },
    ],
  },
  {
    number: 5,
    promise:
      'A restore never reports success for data it did not write, never writes outside the target, and asks before it writes over data.',
    tests: [
      { under: 'test/faults/', named: /restore/i },
      { under: 'test/cluster/faults/', named: /restor/i },
      { under: 'test/lies/', named: /restor/i },
      { under: 'test/behaviour/restores' },
      { under: 'test/behaviour/restore-flow' },
      { under: 'test/runtime/agent/pvc-restore' },
    ],
  },
  {
    number: 6,
    promise:
      'Repositories are never initialised because of an error: absent, unreachable, wrong password and locked are told apart.',
    tests: [
      { under: 'test/lies/' },
      { under: 'test/behaviour/failures-store' },
      { under: 'test/lib/restic/exit-code' },
      { under: 'test/runtime/agent/repository-trouble' },
      { under: 'test/runtime/agent/stores' },
    ],
  },
  {
    number: 7,
    promise:
      'No credential is in a manifest, a log line, an event, a status, a metric or an argument; movers hold no Kubernetes token.',
    tests: [
      { under: 'test/hostile/' },
      { under: 'test/cluster/rbac' },
      { under: 'test/cluster/hostile' },
      { under: 'test/behaviour/privileges' },
      { under: 'test/lib/restic/command' },
      { under: 'test/lib/restic/environment' },
      { under: 'test/lib/template-gate' },
    ],
  },
  {
    number: 8,
    promise: 'What the compiler emits is a fixed point: same input, same bytes; applied and read back, no difference.',
    tests: [
      { under: 'test/cluster/yaml' },
      { under: 'test/constructs/synth/' },
      { under: 'test/leaves/' },
      { under: 'test/lib/yaml/' },
      { under: 'test/lib/input-hash' },
      { under: 'test/yaml/' },
      { under: 'test/examples/' },
    ],
  },
]
