/** What keeps the promise; taken away one at a time, to see that the test notices. */
export const guards = {
  lease: 'nobody takes over what a dead process left',
  'reuse-policy': 'Temporal starts a workflow id again once its workflow has closed',
  'unique-key': 'every request counts as one with a key of its own',
  'effect-key': 'the table of effects has no unique key',
  'compare-and-set': 'a change of status does not look at where the run stands',
  reconciler: 'nobody asks Temporal about runs whose outcome was not told',
} as const;
export type Guard = keyof typeof guards;

export const isGuard = (name: string): name is Guard => Object.hasOwn(guards, name);
