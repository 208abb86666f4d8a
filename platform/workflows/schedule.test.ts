import test from 'ava';
import { createValidation } from '../runs/validation.js';
import { createCatalogue } from './catalogue.js';
import { defineWorkflow, type WorkflowDefinition } from './define.js';

const report = defineWorkflow({
  name: 'report',
  summary: 'Reports',
  input: {
    type: 'object',
    properties: { day: { type: 'string' } },
    required: ['day'],
    additionalProperties: false,
  },
  output: {},
  executionTimeout: '1 minute',
});

const check = (schedule: object) => {
  const definition = { ...report, schedule } as unknown as WorkflowDefinition;
  return createValidation(createCatalogue([definition]));
};
const input = { day: 'today' };

for (const schedule of [
  { cron: '0 6 * * *', timeZone: 'Europe/Berlin', overlap: 'buffer-all', catchup: '1 day', paused: true },
  { cron: '*/15 8-18 1,15 JAN-mar mon-FRI' },
  { cron: '0 0 ? 12 7' },
  { every: '1 second' },
  { every: '90 minutes', overlap: 'skip' },
]) {
  test(`accepts ${JSON.stringify(schedule)}`, (t) => {
    t.notThrows(() => check({ ...schedule, input }));
  });
}

for (const [schedule, fault] of [
  [{}, 'set either cron or every'],
  [{ cron: '0 6 * * *', every: '1 hour' }, 'set either cron or every'],
  [{ cron: '0 6 * *' }, 'cron: "0 6 * *" must have 5 fields, such as 0 6 * * *'],
  [{ cron: '60 6 * * *' }, 'cron: "60" is not a valid minute'],
  [{ cron: '0 18-8 * * *' }, 'cron: "18-8" is not a valid hour'],
  [{ cron: '0 6 0 * *' }, 'cron: "0" is not a valid day of the month'],
  [{ cron: '0 6 * Mai *' }, 'cron: "Mai" is not a valid month'],
  [{ cron: '0 6 * * 8' }, 'cron: "8" is not a valid day of the week'],
  [{ cron: '*/0 * * * *' }, 'cron: "*/0" is not a valid minute'],
  [{ every: '10 ms' }, 'every: "10 ms" must be a duration of at least 1 second, such as 15 minutes'],
  [{ every: 'often' }, 'every: "often" must be a duration of at least 1 second, such as 15 minutes'],
  [{ every: '1 hour', timeZone: 'UTC' }, 'timeZone needs cron; every counts in UTC'],
  [{ cron: '0 6 * * *', timeZone: 'Berlin' }, 'timeZone: Berlin is unknown; use an IANA name such as Europe/Berlin'],
  [{ cron: '0 6 * * *', timeZone: '+01:00' }, 'timeZone: +01:00 is unknown; use an IANA name such as Europe/Berlin'],
  [
    { every: '1 hour', overlap: 'queue' },
    'overlap: use skip, buffer-one, buffer-all, cancel-other, terminate-other, allow-all',
  ],
  [{ every: '1 hour', catchup: '1 s' }, 'catchup: "1 s" must be a duration of at least 10 seconds, such as 15 minutes'],
  [
    { every: '1 hour', timezone: 'UTC' },
    'timezone is not a part of it; use cron, every, timeZone, overlap, catchup, input, paused',
  ],
] as const) {
  test(`rejects ${JSON.stringify(schedule)}`, (t) => {
    t.throws(() => check({ ...schedule, input }), { message: `The schedule of report is invalid: ${fault}` });
  });
}

test('rejects an input that the workflow does not accept', (t) => {
  t.throws(() => check({ every: '1 hour' }), {
    message: 'The input of the schedule of report is invalid: /day is required',
  });
});
