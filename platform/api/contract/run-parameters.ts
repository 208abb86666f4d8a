import { type RunStatus, runStatuses } from '../../runs/run.js';
import { parameter } from './parameters.js';

export const limitParameter = parameter<number>({
  schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
  description: 'Maximum number of runs per page.',
  expected: 'must be an integer from 1 to 100',
  default: 20,
});

export const cursorParameter = parameter<string | undefined, string>({
  schema: { type: 'string', format: 'uuid' },
  description: 'The `next` value of the previous page. Runs accepted in the meantime do not shift the following pages.',
  expected: 'must be the `next` value of a page',
  default: undefined,
  convert: (id) => id.toLowerCase(),
});

/** The value is in milliseconds. */
export const waitParameter = parameter<number, string>({
  schema: {
    type: 'string',
    // The pattern includes the limit of one minute, so that the OpenAPI document shows it.
    pattern: '^([0-9]{1,4}ms|[1-5][0-9]{4}ms|60000ms|[0-5]?[0-9]s|60s|[01]m)$',
    default: '10s',
    examples: ['30s'],
  },
  description: 'How long to wait for the run to end, such as `500ms`, `10s` or `1m`. The maximum is `60s`.',
  expected: 'must be a duration such as 500ms, 10s or 1m, at most 60s',
  default: 10_000,
  convert: toMs,
});

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export const workflowParameter = parameter<string | undefined>({
  schema: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$', examples: ['greet'] },
  description: 'Return only runs of this workflow.',
  expected: 'must be a workflow name',
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
  description: 'Return only runs with one of these comma-separated statuses.',
  expected: `must be a comma-separated list of ${runStatuses.join(', ')}, without duplicates`,
  default: undefined,
});

export const callerParameter = parameter<string | undefined>({
  schema: {
    type: 'string',
    pattern: '^((schedule:)?[A-Za-z0-9._-]{1,100}|oidc:[^\\u0000-\\u001f\\u007f]{1,200})$',
    examples: ['web-shop'],
  },
  description:
    'Return only runs that this caller started, or a schedule: `schedule:report-orders`. Runs of other callers require the scope `runs:admin`.',
  expected: 'must be a caller name',
  default: undefined,
});

const time = (description: string) =>
  parameter<Date | undefined, string>({
    schema: { type: 'string', format: 'date-time', examples: ['2026-01-31T08:00:00Z'] },
    description,
    expected: 'must be an RFC 3339 time such as 2026-01-31T08:00:00Z',
    default: undefined,
    convert(text) {
      const time = new Date(text);
      const year = time.getUTCFullYear();
      // The years that PostgreSQL writes with four digits; it has no year 0.
      return year >= 1 && year <= 9999 ? time : undefined;
    },
  });

const yearMs = 366 * 86_400_000;

export const startAtParameter = parameter<Date | undefined, string>({
  schema: { type: 'string', format: 'date-time', examples: ['2026-01-31T08:00:00Z'] },
  description:
    'Start the run at this time, at most a year ahead. It is `pending` until then. A time in the past starts it at once.',
  expected: 'must be an RFC 3339 time such as 2026-01-31T08:00:00Z, at most a year ahead',
  default: undefined,
  convert: (text) => (Date.parse(text) <= Date.now() + yearMs ? new Date(text) : undefined),
});

/** The value is in milliseconds. */
export const startDelayParameter = parameter<number | undefined, string>({
  schema: { type: 'string', pattern: '^[0-9]{1,8}(ms|s|m|h|d)$', examples: ['30s'] },
  description:
    'Start the run after this time, such as `30s`, `15m`, `12h` or `7d`, at most a year. It is `pending` until then.',
  expected: 'must be a duration such as 30s, 15m, 12h or 7d, at most a year',
  default: undefined,
  convert(text) {
    const ms = toMs(text);
    return ms <= yearMs ? ms : undefined;
  },
});

export const createdFromParameter = time('Return only runs accepted at or after this time.');
export const createdBeforeParameter = time('Return only runs accepted before this time.');

function toMs(duration: string): number {
  return Number.parseInt(duration, 10) * (unitMs[duration.replace(/[0-9]+/, '')] ?? Number.NaN);
}
