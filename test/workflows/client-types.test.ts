import test from 'ava';
import type { Client, ProblemCode, RunUnsuccessful } from '../../client/client.js';
import type { MessageName, WorkflowName } from '../../client/workflows.js';
import { json, startScriptedApi } from '../client/support/scripted-api.js';

// `tsc` checks the types here: a line below @ts-expect-error that compiles is an error.

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const holds = <T extends true>(held: T[]): T[] => held;

const names = holds<Same<WorkflowName extends string ? true : false, true>>([true]);
type Keys =
  | 'a.run'
  | 'a.input'
  | 'a.signals.go.input'
  | 'a.queries.at.output'
  | 'a.updates.set.input'
  | 'b.signals.no.input';
const messages = [
  ...holds<Same<WorkflowName<Keys>, 'a'>>([true]),
  ...holds<Same<MessageName<'a', 'signals', Keys>, 'go'>>([true]),
  ...holds<Same<MessageName<'a', 'queries', Keys>, 'at'>>([true]),
  ...holds<Same<MessageName<'a', 'updates', Keys>, 'set'>>([true]),
];

/** Compiled, never called. */
async function typed(client: Client, code: ProblemCode, { code: end }: RunUnsuccessful) {
  const greeting = await client.start('greet', { name: 'Ada' }, { idempotencyKey: 'k', timeoutMs: 1 });
  const text: string = (await greeting.result()).greeting;
  const status: 'waiting' | 'approved' | 'rejected' | 'expired' | 'cancelled' = (
    await client.execute('approval', { subject: 'Lunch', deadline: '1 day' }, { wait: '1s' })
  ).status;
  const approval = client.run('approval', 'id');
  const reminders: number = (await approval.query('state')).reminders;
  const decidedBy: string | undefined = (await approval.update('decide', { decision: 'approved', decidedBy: 'Ada' }))
    .decidedBy;
  for await (const { input } of approval.events()) input.subject satisfies string;
  (await approval.run()).workflow satisfies 'approval';
  await client.start('health-check');
  await client.start('health-check', {}, { timeoutMs: 1 });
  client.runs({ workflow: 'greet', status: ['failed'], limit: 5 });
  await client.api.GET('/v1/workflows/{name}', { params: { path: { name: 'greet' } } });

  // @ts-expect-error no workflow has this name
  await client.start('gret', { name: 'Ada' });
  // @ts-expect-error the input is missing
  await client.start('greet');
  // @ts-expect-error a field is missing
  await client.start('greet', {});
  // @ts-expect-error a field is misspelt
  await client.start('greet', { nam: 'Ada' });
  // @ts-expect-error the field has another type
  await client.execute('greet', { name: 1 });
  // @ts-expect-error the input belongs to another workflow
  await client.execute('approval', { name: 'Ada' });
  // @ts-expect-error the workflow has no input
  await client.start('health-check', { name: 'Ada' });
  // @ts-expect-error no option has this name
  await client.start('greet', { name: 'Ada' }, { key: 'k' });
  // @ts-expect-error the result has no such field
  (await greeting.result()).greting;
  // @ts-expect-error the workflow has no queries
  await greeting.query('state');
  // @ts-expect-error the message is misspelt
  await approval.query('stat');
  // @ts-expect-error an update is not a signal
  await approval.signal('decide', { decision: 'approved', decidedBy: 'Ada' });
  // @ts-expect-error a field is missing
  await approval.update('decide', { decision: 'approved' });
  // @ts-expect-error no decision has this value
  await approval.update('decide', { decision: 'maybe', decidedBy: 'Ada' });
  // @ts-expect-error no workflow has this name
  client.run('aproval', 'id');
  // @ts-expect-error no run has this status
  client.runs({ status: ['done'] });
  // @ts-expect-error no operation has this path
  await client.api.GET('/v1/run');
  // @ts-expect-error no problem has this code
  code === 'no-such-code';
  // @ts-expect-error a completed run is not unsuccessful
  end === 'run-completed';
  return [text, status, reminders, decidedBy];
}

test('correct calls compile, misspelt ones do not', (t) => {
  t.deepEqual([...names, ...messages], [true, true, true, true, true]);
  t.is(typeof typed, 'function');
});

test('sends {} to a workflow without input', async (t) => {
  const api = await startScriptedApi(t, json(202, { id: 'x' }));
  await api.client.start('health-check');
  t.is(api.requests[0]?.body, '{}');
});
