import { type RunStatus, runStatuses } from '../../runs/run.js';
import { parameter } from './parameters.js';

/** How many runs a page has. */
export const limitParameter = parameter<number>({
  schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
  description: 'Most runs on a page',
  expected: 'must be a whole number from 1 to 100',
  default: 20,
});

/** The place in the list where a page begins. */
export const cursorParameter = parameter<string | undefined, string>({
  schema: { type: 'string', format: 'uuid' },
  description:
    'The `next` of an earlier page. What has been accepted since then changes nothing in the pages that follow',
  expected: 'must be the `next` of an earlier page',
  default: undefined,
  convert: (id) => id.toLowerCase(),
});

/** How long the answer may wait for the run, in milliseconds. */
export const waitParameter = parameter<number, string>({
  schema: {
    type: 'string',
    // up to a minute: a bound that a pattern can say is one that a caller can read in the document
    pattern: '^([0-9]{1,4}ms|[1-5][0-9]{4}ms|60000ms|[0-5]?[0-9]s|60s|[01]m)$',
    default: '10s',
    examples: ['30s'],
  },
  description: 'How long the answer may wait for the end of the run, such as `500ms`, `10s` or `1m`',
  expected: 'must be a duration such as 500ms, 10s or 1m, at most 60s',
  default: 10_000,
  convert: (text) => Number.parseInt(text, 10) * (unitMs[text.replace(/[0-9]+/, '')] ?? Number.NaN),
});

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

export const workflowParameter = parameter<string | undefined>({
  schema: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$', examples: ['greet'] },
  description: 'Only runs of the workflow with this name',
  expected: 'must be the name of a workflow',
  default: undefined,
});

export const statusParameter = parameter<readonly RunStatus[] | undefined>({
  schema: {
    type: 'array',
    items: { type: 'string', enum: [...runStatuses] },
    minItems: 1,
    uniqueItems: true,
    examples: [['failed', 'timed-out']],
  },
  description: 'Only runs with one of these statuses, separated by commas',
  expected: `must be one or several of ${runStatuses.join(', ')}, separated by commas`,
  default: undefined,
});

export const callerParameter = parameter<string | undefined>({
  schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,100}$', examples: ['web-shop'] },
  description: 'Only runs that this caller has started; other callers’ runs are seen with the scope `runs:admin` only',
  expected: 'must be the name of a caller',
  default: undefined,
});

const time = (description: string) =>
  parameter<Date | undefined, string>({
    schema: { type: 'string', format: 'date-time', examples: ['2026-01-31T08:00:00Z'] },
    description,
    expected: 'must be a time such as 2026-01-31T08:00:00Z',
    default: undefined,
    convert(text) {
      const time = new Date(text);
      const year = time.getUTCFullYear();
      // What PostgreSQL writes with four digits; it has no year 0.
      return year >= 1 && year <= 9999 ? time : undefined;
    },
  });

export const createdFromParameter = time('Only runs that were accepted at this time or later');
export const createdBeforeParameter = time('Only runs that were accepted before this time');
