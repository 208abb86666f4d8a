/** The guards of durable runs. The kill test removes one at a time, to show that it notices. */
export const guards = {
  lease: 'No process takes over the runs of a dead process',
  'reuse-policy': 'Temporal accepts a workflow id again after its workflow closed',
  'unique-key': 'Every request gets its own idempotency key',
  'effect-key': 'The table of effects has no unique key',
  'compare-and-set': 'A status update ignores the current status of the run',
  reconciler: 'The API never asks Temporal for unreported outcomes',
} as const;
export type Guard = keyof typeof guards;

export const isGuard = (name: string): name is Guard => Object.hasOwn(guards, name);
