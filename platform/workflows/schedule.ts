import { msToNumber } from '@temporalio/common/lib/time.js';
import { CommandFault } from '../errors/command-fault.js';
import { overlapPolicies, type Schedule, type WorkflowDefinition } from './define.js';

/** A schedule with its defaults. */
export interface ScheduleSpec {
  readonly cron: string | null;
  readonly every: string | null;
  readonly timeZone: string;
  readonly overlap: (typeof overlapPolicies)[number];
  readonly catchup: string;
  readonly input: unknown;
  readonly paused: boolean;
}

const defaults = {
  cron: null,
  every: null,
  timeZone: 'UTC',
  overlap: 'skip',
  catchup: '1 hour',
  input: {},
  paused: false,
};

export const scheduleSpec = (schedule: Schedule): ScheduleSpec => ({ ...defaults, ...schedule }) as ScheduleSpec;

/** A definition that has a schedule. */
export type ScheduledDefinition = WorkflowDefinition & { readonly schedule: Schedule };

export const isScheduled = (definition: WorkflowDefinition): definition is ScheduledDefinition =>
  definition.schedule !== undefined;

/** A definition and its schedule. */
export interface PlannedRuns {
  readonly definition: WorkflowDefinition;
  readonly spec: ScheduleSpec;
}

/** The schedules of the catalogue, in its order. */
export const plannedRuns = (catalogue: ReadonlyMap<string, WorkflowDefinition>): readonly PlannedRuns[] =>
  [...catalogue.values()]
    .filter(isScheduled)
    .map((definition) => ({ definition, spec: scheduleSpec(definition.schedule) }));

const minutes = { name: 'minute', from: 0, to: 59 };
const fields = [
  minutes,
  { name: 'hour', from: 0, to: 23 },
  { name: 'day of the month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, words: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') },
  { name: 'day of the week', from: 0, to: 7, words: 'sun mon tue wed thu fri sat'.split(' ') },
] as const;
type CronField = (typeof fields)[number] | typeof minutes;

/**
 * Checks all of a schedule but its input, which the definition's schema describes.
 * @throws {CommandFault} names workflow, part and fault
 */
export function checkSchedule({ name, schedule }: ScheduledDefinition): void {
  const fail = (fault: string): never => {
    throw new CommandFault(`The schedule of ${name} is invalid: ${fault}`);
  };
  const unknown = Object.keys(schedule).find((key) => !Object.hasOwn(defaults, key));
  if (unknown !== undefined) fail(`${unknown} is not a part of it; use ${Object.keys(defaults).join(', ')}`);
  const { cron, every, timeZone, overlap, catchup } = scheduleSpec(schedule);
  if ((cron === null) === (every === null)) fail('set either cron or every');
  if (cron !== null) checkCron(cron, fail);
  if (every !== null) checkDuration('every', every, '1 second', fail);
  if (every !== null && schedule.timeZone !== undefined) fail('timeZone needs cron; every counts in UTC');
  if (!isTimeZone(timeZone)) fail(`timeZone: ${timeZone} is unknown; use an IANA name such as Europe/Berlin`);
  if (!overlapPolicies.includes(overlap)) fail(`overlap: use ${overlapPolicies.join(', ')}`);
  checkDuration('catchup', catchup, '10 seconds', fail);
}

type Fail = (fault: string) => never;

function checkDuration(part: string, text: string, least: string, fail: Fail): void {
  let ms = Number.NaN;
  try {
    ms = msToNumber(text as Parameters<typeof msToNumber>[0]);
  } catch {
    // Not a duration: NaN fails below.
  }
  if (!(ms >= msToNumber(least as Parameters<typeof msToNumber>[0])))
    fail(`${part}: ${JSON.stringify(text)} must be a duration of at least ${least}, such as 15 minutes`);
}

function checkCron(cron: string, fail: Fail): void {
  const parts = cron.trim().split(/\s+/);
  if (parts.length !== fields.length) fail(`cron: ${JSON.stringify(cron)} must have 5 fields, such as 0 6 * * *`);
  for (const [index, field] of fields.entries()) {
    const part = parts[index] as string;
    if (!part.split(',').every((range) => isCronRange(range, field)))
      fail(`cron: ${JSON.stringify(part)} is not a valid ${field.name}`);
  }
}

/** Whether the text is `*`, `?`, a value or a range, with or without a step. */
function isCronRange(text: string, field: CronField): boolean {
  const [, range = '', step] = /^([^/]+)(?:\/([1-9][0-9]?))?$/.exec(text) ?? [];
  if (step !== undefined && Number(step) > field.to) return false;
  if (range === '*' || range === '?') return true;
  const values = range.split('-').map((value) => cronValue(value, field));
  const [from = Number.NaN, to = from] = values;
  return values.length <= 2 && field.from <= from && from <= to && to <= field.to;
}

function cronValue(text: string, field: CronField): number {
  if (/^[0-9]{1,2}$/.test(text)) return Number(text);
  const index = 'words' in field ? field.words.indexOf(text.toLowerCase()) : -1;
  return index < 0 ? Number.NaN : field.from + index;
}

function isTimeZone(name: string): boolean {
  // Temporal knows no offsets such as +01:00.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
