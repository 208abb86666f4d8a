import test from 'ava';
import * as workflows from '../../workflows/index.js';
import { recordedHistories } from '../support/histories.js';

test('every workflow of the platform has a recorded history', (t) => {
  const recorded = new Set(recordedHistories().map(({ workflow }) => workflow));
  t.deepEqual(
    Object.keys(workflows).filter((name) => !recorded.has(name)),
    [],
    'call recordHistory in platform/testing/workflows/NAME.test.ts; npm run record:histories -- NAME',
  );
});
