import test from 'ava';
import { allows, isScope, type Scope, scopes } from './scopes.js';

const cases: readonly { granted: readonly Scope[]; allowed: readonly Scope[] }[] = [
  { granted: [], allowed: [] },
  { granted: ['runs:read'], allowed: ['runs:read'] },
  { granted: ['runs:write'], allowed: ['runs:write'] },
  { granted: ['runs:read', 'runs:write'], allowed: ['runs:read', 'runs:write'] },
  { granted: ['runs:admin'], allowed: ['runs:read', 'runs:write', 'runs:admin'] },
];
for (const { granted, allowed } of cases)
  test(`${granted.join(' and ') || 'no scope'} allows ${allowed.join(', ') || 'nothing'}`, (t) => {
    t.deepEqual(
      scopes.filter((scope) => allows(granted, scope)),
      allowed,
    );
  });

test('recognises scopes by their full name only', (t) => {
  t.true(isScope('runs:read'));
  for (const other of ['runs', 'runs:', 'RUNS:READ', 'runs:read ', 'toString']) t.false(isScope(other), other);
});
