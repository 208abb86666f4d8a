import test from 'ava';
import { defineWays } from '../../platform/testing/support/ways.js';
import { defineWorkflow } from '../../platform/workflows/define.js';
import { named } from './all-ways.js';
import { recordingsToWrite, unrecorded, withoutWay } from './plan.js';

const define = (name: string) =>
  defineWorkflow({ name, summary: name, input: { type: 'object' }, output: {}, executionTimeout: '1 day' });
const all = {
  ways: named([
    defineWays(define('pay'), { paid: { input: {} }, declined: { input: {} } }),
    defineWays(define('order'), { shipped: { input: {} } }),
  ]),
  workflows: ['pay', 'order', 'order-report'],
  recordings: ['pay-paid', 'pay-before-the-reminder'],
};

test('writes what is missing, of all ways, of a workflow, or one recording', (t) => {
  t.deepEqual(recordingsToWrite(all, undefined, false), ['pay-declined', 'order-shipped']);
  t.deepEqual(recordingsToWrite(all, 'pay', false), ['pay-declined']);
  t.deepEqual(recordingsToWrite(all, 'order-shipped', false), ['order-shipped']);
  t.deepEqual(recordingsToWrite(all, 'pay-paid', false), []);
});

test('rewrites a recording only by its name or its workflow with --replace', (t) => {
  t.deepEqual(recordingsToWrite(all, 'pay-paid', true), ['pay-paid']);
  t.deepEqual(recordingsToWrite(all, 'pay', true), ['pay-paid', 'pay-declined']);
  t.throws(() => recordingsToWrite(all, undefined, true), { code: 'usage-error', message: /--replace needs the NAME/ });
});

test('suggests the nearest name', (t) => {
  const suggestion = { code: 'usage-error', message: 'pay-payd is unknown; did you mean pay-paid?' };
  t.throws(() => recordingsToWrite(all, 'pay-payd', false), suggestion);
});

test('names the file to write for a workflow without a way', (t) => {
  t.throws(() => recordingsToWrite(all, 'order-report', false), {
    code: 'command-fault',
    message: /no way leads through order-report; write test\/workflows\/order-report\.ways\.ts/,
  });
  t.deepEqual(withoutWay(all), ['order-report']);
});

test('does not take the recording of one workflow for that of another whose name begins alike', (t) => {
  const ways = named([defineWays(define('order'), { done: { input: {} } })]);
  const recordings = ['order-report-done'];
  t.deepEqual(
    unrecorded({ ...all, ways, recordings }).map(({ recording }) => recording),
    ['order-done'],
  );
});

test('rejects two ways with the same recording, and names that are no file names', (t) => {
  const one = defineWays(define('a'), { 'b-c': { input: {} } });
  t.throws(() => named([one, defineWays(define('a-b'), { c: { input: {} } })]), {
    message: 'A way of a-b and one of a are both recorded as a-b-c: rename one',
  });
  t.throws(() => named([defineWays(define('a'), { '../b': { input: {} } })]), {
    message: /"..\/b" of a .* kebab-case/,
  });
});
