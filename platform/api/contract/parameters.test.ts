import test, { type ExecutionContext } from 'ava';
import { type ParametersInvalid, readParameters } from './parameters.js';
import {
  createdFromParameter,
  cursorParameter,
  limitParameter,
  statusParameter,
  waitParameter,
} from './run-parameters.js';

const query = (text: string) => {
  const found: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const before = found[name];
    found[name] = before === undefined ? value : [before, value].flat();
  }
  return { querystring: text, query: found };
};
const faults = (t: ExecutionContext, text: string, known: Parameters<typeof readParameters>[1]) =>
  t.throws<ParametersInvalid>(() => readParameters(query(text), known))?.faults;

test('absent parameters get their defaults', (t) => {
  t.deepEqual(readParameters(query(''), { limit: limitParameter, cursor: cursorParameter, wait: waitParameter }), {
    limit: 20,
    cursor: undefined,
    wait: 10_000,
  });
});

test('wait accepts milliseconds, seconds and minutes, up to one minute', (t) => {
  for (const [text, ms] of Object.entries({ '500ms': 500, '10s': 10_000, '1m': 60_000, '0s': 0, '60000ms': 60_000 })) {
    t.is(readParameters(query(`wait=${text}`), { wait: waitParameter }).wait, ms, text);
  }
  for (const text of ['', '10', '1.5s', '-1s', '61s', '2m', '60001ms', '1h', 's', '10 s', '9999999ms', 'Infinitys']) {
    t.deepEqual(
      faults(t, `wait=${text}`, { wait: waitParameter }),
      [{ parameter: 'wait', detail: 'must be a duration such as 500ms, 10s or 1m, at most 60s' }],
      text,
    );
  }
});

test('limit accepts integers from 1 to 100', (t) => {
  t.is(readParameters(query('limit=1'), { limit: limitParameter }).limit, 1);
  t.is(readParameters(query('limit=100'), { limit: limitParameter }).limit, 100);
  for (const text of ['0', '101', '-1', '1e1', '', 'x', '1.0'])
    t.truthy(faults(t, `limit=${text}`, { limit: limitParameter }));
});

test('cursor accepts ids in upper and lower case', (t) => {
  const id = '019A5A4E-7C4B-7000-8000-000000000001';
  t.is(readParameters(query(`cursor=${id}`), { cursor: cursorParameter }).cursor, id.toLowerCase());
  t.truthy(faults(t, 'cursor=1', { cursor: cursorParameter }));
});

test('reports all faults at once: unknown, repeated and invalid parameters', (t) => {
  t.deepEqual(
    faults(t, 'waitt=1s&limit=1&limit=2&cursor=x&__proto__=1', {
      limit: limitParameter,
      cursor: cursorParameter,
      wait: waitParameter,
    }),
    [
      { parameter: 'waitt', detail: 'is not a parameter of this operation; did you mean wait?' },
      { parameter: 'limit', detail: 'must occur only once' },
      { parameter: 'cursor', detail: 'must be the `next` value of a page' },
    ],
  );
});

test('names of inherited object properties are unknown parameters', (t) => {
  t.is(faults(t, 'constructor=1&toString=2', { wait: waitParameter })?.length, 2);
});

test('status accepts a comma-separated list without duplicates', (t) => {
  const known = { status: statusParameter };
  t.deepEqual(readParameters(query('status=failed,timed-out'), known).status, ['failed', 'timed-out']);
  for (const text of ['', 'ended', 'failed,', 'failed,failed', 'failed;lost'])
    t.truthy(faults(t, `status=${text}`, known), text);
});

test('a time requires a date and a time zone', (t) => {
  const known = { createdFrom: createdFromParameter };
  t.deepEqual(
    readParameters(query('createdFrom=2026-01-31T08:00:00.5%2B01:00'), known).createdFrom,
    new Date('2026-01-31T07:00:00.500Z'),
  );
  for (const text of ['', '2026-01-31', '2026-01-31T08:00:00', '2026-02-31T08:00:00Z', '1769846400', 'now'])
    t.truthy(faults(t, `createdFrom=${text}`, known), text);
});
