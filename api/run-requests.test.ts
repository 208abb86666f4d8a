import test from 'ava';
import { noInput, terminateReason } from './run-requests.js';

test('a reason is a string of at most 1000 characters, or absent', (t) => {
  t.is(terminateReason({}), undefined);
  t.is(terminateReason({ reason: 'done' }), 'done');
  t.notThrows(() => terminateReason({ reason: 'x'.repeat(1000) }));
  for (const reason of ['x'.repeat(1001), 1, null, {}]) {
    t.throws(() => terminateReason({ reason }), { code: 'input-invalid', message: /\/reason must / });
  }
});

test('members that are not known are refused, each with its pointer', (t) => {
  t.throws(() => terminateReason({ 'rea/son': 'x', why: 'y' }), {
    code: 'input-invalid',
    message: 'The body is not valid: /rea~1son is not allowed; /why is not allowed',
  });
  t.throws(() => noInput({ reason: 'x' }), { code: 'input-invalid' });
});

test('a body that is no object is refused', (t) => {
  for (const body of [null, [], 'text', 1, true]) {
    t.throws(() => noInput(body), { code: 'input-invalid' });
    t.throws(() => terminateReason(body), { code: 'input-invalid' });
  }
});
