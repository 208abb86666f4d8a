import test from 'ava';
import { errorCodes } from '../errors/codes.js';
import { DomainError } from '../errors/domain-error.js';
import { DatabaseUnavailable, NamespaceNotFound } from '../errors/platform.js';
import { InputInvalid, RunNotFound, RunPending } from '../errors/runs.js';
import { HttpProblem, httpCodes } from './http-problem.js';
import { problemTypes, withProductProblems } from './problem-types.js';
import { describeProblem } from './problems.js';

test('every code has a status and a unique title', (t) => {
  const titles = new Set(Object.values(problemTypes).map(({ title }) => title));
  t.is(titles.size, errorCodes.length + httpCodes.length);
  for (const code of [...errorCodes, ...httpCodes]) t.regex(String(problemTypes[code].status), /^[45][0-9]{2}$/, code);
});

test('only internal-error has status 500', (t) => {
  const codes = Object.entries(problemTypes).filter(([, { status }]) => status === 500);
  t.deepEqual(
    codes.map(([code]) => code),
    ['internal-error'],
  );
});

test('an unknown error reveals nothing', (t) => {
  for (const error of [
    new Error('secret'),
    'secret',
    undefined,
    null,
    { status: 418, expose: true, message: 'secret' },
  ]) {
    t.deepEqual(describeProblem(error), {
      problem: {
        title: 'Internal server error',
        status: 500,
        code: 'internal-error',
      },
      headers: {},
    });
  }
});

test("the detail of a caller's fault is the error's message", (t) => {
  const { problem, headers } = describeProblem(new RunNotFound('1'));
  t.like(problem, { status: 404, code: 'run-not-found', detail: 'No run has id 1' });
  t.deepEqual(headers, {});
});

test('a failure of the platform hides its message and has Retry-After', (t) => {
  const unavailable = describeProblem(new DatabaseUnavailable('connect ECONNREFUSED 10.0.0.1:5432'));
  t.is(unavailable.problem.status, 503);
  t.false(JSON.stringify(unavailable).includes('10.0.0.1'));
  t.deepEqual(unavailable.headers, { 'Retry-After': '2' });
  t.deepEqual(describeProblem(new NamespaceNotFound('x')).headers, { 'Retry-After': '30' });
});

test('a temporary conflict has Retry-After', (t) => {
  const { problem, headers } = describeProblem(new RunPending('1'));
  t.is(problem.status, 409);
  t.deepEqual(headers, { 'Retry-After': '1' });
});

test('an invalid input lists its faults, at most 100', (t) => {
  const fault = { pointer: '/a', detail: 'is required' };
  const few = describeProblem(new InputInvalid('The input', [fault, fault])).problem;
  t.like(few, { status: 422, detail: 'The request has 2 validation errors', errors: [fault, fault] });
  const many = describeProblem(new InputInvalid('The input', Array(1000).fill(fault))).problem;
  t.is((many['errors'] as unknown[]).length, 100);
});

test('an HttpProblem adds its headers and members', (t) => {
  const error = new HttpProblem('method-not-allowed', 'Allowed methods: GET', {
    headers: { Allow: 'GET' },
    members: { a: 1 },
  });
  const { problem, headers } = describeProblem(error);
  t.like(problem, { status: 405, detail: 'Allowed methods: GET', a: 1 });
  t.deepEqual(headers, { Allow: 'GET' });
});

class ProductError extends DomainError {
  constructor(readonly code: string) {
    super('Only 2 of 3 books are left');
  }
}
const types = withProductProblems({
  'out-of-stock': { status: 409, title: 'Out of stock' },
  'bank-unavailable': { status: 503, title: 'The bank is unavailable' },
});

test("a product's code has the status and title that the product defines", (t) => {
  t.deepEqual(describeProblem(new ProductError('out-of-stock'), types), {
    problem: { title: 'Out of stock', status: 409, code: 'out-of-stock', detail: 'Only 2 of 3 books are left' },
    headers: {},
  });
});

test("a 503 of the product hides the error's message and has Retry-After", (t) => {
  t.deepEqual(describeProblem(new ProductError('bank-unavailable'), types), {
    problem: { title: 'The bank is unavailable', status: 503, code: 'bank-unavailable' },
    headers: { 'Retry-After': '30' },
  });
});

test('a code without a status reveals nothing', (t) => {
  for (const code of ['not-defined', 'constructor'])
    t.deepEqual(describeProblem(new ProductError(code), types), describeProblem(new Error('secret')), code);
});

const wrong = {
  'is reserved by the platform': { 'run-not-found': { status: 404, title: 'No run' } },
  'use lower-case words with hyphens': { OutOfStock: { status: 409, title: 'Out of stock' } },
  'use 400 to 599': { 'out-of-stock': { status: 200, title: 'Out of stock' } },
  'has no title': { 'out-of-stock': { status: 409, title: ' ' } },
};
for (const [message, problems] of Object.entries(wrong)) {
  test(`rejects a problem type of the product: ${message}`, (t) => {
    t.throws(() => withProductProblems(problems), { message: new RegExp(message) });
  });
}
