import { EventEmitter } from 'node:events';
import test from 'ava';
import { nextError } from './bundler.js';

test('builds leave no listeners behind', async (t) => {
  const bundling = new EventEmitter();
  for (const end of [() => bundling.emit('message', { error: 'Expected ;' }), () => bundling.emit('exit', 0)])
    for (let build = 0; build < 3; build++) {
      const error = nextError(bundling);
      end();
      await error;
    }
  t.deepEqual(bundling.eventNames(), []);
});

test('a build has an error only if the answer has one', async (t) => {
  const bundling = new EventEmitter();
  const failed = nextError(bundling);
  bundling.emit('message', { error: 'Expected ;' });
  t.is(await failed, 'Expected ;');
  const succeeded = nextError(bundling);
  bundling.emit('message', {});
  t.is(await succeeded, undefined);
});
