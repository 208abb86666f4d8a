import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import test from 'ava';
import { runHistorySchema } from '../../platform/runs/run-history.js';
import { type RecordedHistory, recordedHistories } from '../../platform/testing/support/histories.js';
import { eventsFromJson, open, read } from '../../platform/testing/support/history-events.js';

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
addFormats.default(ajv);
const isHistory = ajv.compile(runHistorySchema);

const value = 'an input or result';
const payload = Buffer.from(JSON.stringify(value)).toString('base64');

/** Replaces all inputs, results and details. The details of markers stay: they name patches. */
const withValue = ({ events }: RecordedHistory['history']) => ({
  events: events.map((event) =>
    'markerRecordedEventAttributes' in event
      ? event
      : JSON.parse(JSON.stringify(event), (key, part) => (key === 'data' ? payload : part)),
  ),
});

test('returns valid, ordered steps without inputs and results at every moment of a recorded history', (t) => {
  for (const { name, history } of recordedHistories()) {
    const json = withValue(history);
    t.true(JSON.stringify(json).includes(payload), name);
    const events = eventsFromJson(json);
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
      const text = JSON.stringify(steps);
      for (const leaked of [value, payload]) t.false(text.includes(leaked), `${name}, ${count}: ${text}`);
    }
  }
});
