import { listWorkflows } from '../../platform/loading/workflow-folders.js';
import type { FileChanges } from '../cli/file-changes.js';

/** The files and folders of the examples `greet`, `greet-all` and `approval`. */
export const exampleFiles = [
  ...[
    'workflows/approval',
    'workflows/greet',
    'workflows/greet-all',
    'activities/approvals.ts',
    'activities/approvals.test.ts',
  ],
  ...['activities/greeting.ts', 'activities/greeting.test.ts', 'database/decisions.ts'],
  ...['migrations/202611230910-create-approval-decisions.ts'],
  ...['test/database/decisions.test.ts', 'test/workflows/approval.test.ts', 'test/workflows/greet.test.ts'],
  ...['test/workflows/client-types.test.ts', 'test/workflows/example-steps.test.ts'],
  'test/workflows/greet-all.test.ts',
  ...['approved', 'cancelled', 'expired-after-a-reminder', 'rejected'].map(
    (way) => `test/histories/approval-${way}.json`,
  ),
  ...['-completed', '-all-continued', '-all-continued.2', '-all-once', '-all-twice'].map(
    (way) => `test/histories/greet${way}.json`,
  ),
  ...['api/routes/list-approval-decisions.ts', 'test/api/list-approval-decisions.test.ts'],
];

/** The lines of other files that belong to the examples, and what replaces them. */
const edits: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
  'activities/index.ts': [
    ["import { createDecisionsRepository } from '../database/decisions.js';\n", ''],
    ["import { createApprovalActivities } from './approvals.js';\n", ''],
    ["import { createGreetingActivities } from './greeting.js';\n", ''],
    [
      `({ logger, sequelize }: ActivityParts<typeof product>) => ({
  ...createGreetingActivities({ now: () => new Date() }),
  ...createApprovalActivities({
    decisions: createDecisionsRepository(sequelize),
    // Connect your mail or chat here. Until then, reminders go to the log.
    notify: async ({ runId, subject, number }) => {
      logger.info({ runId, subject, number }, 'An approval waits for a decision');
    },
  }),
});`,
      '(_parts: ActivityParts<typeof product>) => ({});',
    ],
  ],
  'api/problems.ts': [
    ["import { DomainError } from '../platform/errors/domain-error.js';\n", ''],
    [
      `/** The run is a run of another workflow. */
export class NotAnApproval extends DomainError {
  readonly code = 'not-an-approval';
  constructor(runId: string, workflow: string) {
    super(\`Run \${runId} is a run of \${workflow}\`);
  }
}

`,
      '',
    ],
    ["{\n  'not-an-approval': { status: 404, title: 'The run is not an approval' },\n} as const", '{} as const'],
  ],
};

/** Whether this repository is the scaffold as it comes, with its examples and its name, and no workflow of a product. */
export const isScaffold = (product: { readonly name: string }, workflows: string): boolean =>
  product.name === 'atlas' &&
  listWorkflows(workflows)
    .map(({ name }) => name)
    .join() === 'approval,greet,greet-all';

/** The examples cannot be removed: a file differs from the scaffold's. */
class ExamplesChanged extends Error {
  readonly code = 'examples-changed';
  constructor(
    readonly file: string,
    missing: string,
  ) {
    super(
      `${file} has changed, so that the examples cannot be removed from it. Remove them by hand. Expected to find:\n${missing}`,
    );
    this.name = 'ExamplesChanged';
  }
}

/**
 * Removes the example workflows `greet`, `greet-all` and `approval` with their activities, tables, tests and histories. Changes nothing if they were
 * removed before. Afterwards, `npm run generate` and `npm run generate:contract -- --publish` update contract and client.
 * @throws {ExamplesChanged} a file has other lines than the scaffold's
 */
export function removeExamples(changes: FileChanges): void {
  const removed = exampleFiles.filter((file) => changes.exists(file));
  if (removed.length === 0) return;
  for (const [file, replacements] of Object.entries(edits)) {
    let text = changes.read(file);
    for (const [from, to] of replacements) {
      if (!text.includes(from)) throw new ExamplesChanged(file, from);
      text = text.replace(from, () => to);
    }
    changes.write(file, text);
  }
  for (const file of removed) changes.remove(file);
}
