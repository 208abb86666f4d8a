import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import test from 'ava';
import { runHistorySchema } from '../../platform/runs/run-history.js';
import { eventsFromJson, open, read } from '../../platform/testing/support/history-events.js';
import { recordedHistories } from './histories.js';

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
addFormats.default(ajv);
const isHistory = ajv.compile(runHistorySchema);

/** Values in the inputs and results of these workflows. */
const values: Readonly<Record<string, RegExp>> = {
  greet: /ada\b|morning/i,
  approval: /ada\b|holiday/i,
  'health-check': /latency/i,
};

test('returns valid, ordered steps without inputs and results at every moment of a recorded history', (t) => {
  for (const { name, workflow, history } of recordedHistories()) {
    const events = eventsFromJson(history);
    for (let count = 0; count <= events.length; count += 1) {
      const steps = read(events.slice(0, count), open);
      t.true(
        isHistory({ steps, truncated: false, problems: [] }),
        `${name}, ${count}: ${ajv.errorsText(isHistory.errors)}`,
      );
      t.deepEqual(
        steps.map((step) => step.scheduledAt),
        steps.map((step) => step.scheduledAt).sort(),
      );
      if (values[workflow]) t.notRegex(JSON.stringify(steps), values[workflow]);
    }
  }
});
