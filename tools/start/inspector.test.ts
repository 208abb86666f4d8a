import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'jsonc-parser';
import { projectRoot } from '../../platform/settings/project.js';
import { inspectorPorts, requireInspectorPorts } from './inspector.js';

test('names a debugger port that is in use', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await t.throwsAsync(requireInspectorPorts({ api: port, worker: port }), {
    code: 'ports-taken',
    message: new RegExp(`^Port ${port}, for the debugger of the API, is in use\\. .*lsof -nP -iTCP:${port}`),
  });
});

test('.vscode/launch.json attaches to both, and again after a reload', (t) => {
  const { configurations, compounds } = parse(readFileSync(join(projectRoot, '.vscode/launch.json'), 'utf8'));
  for (const [name, port] of [
    ['API', inspectorPorts.api],
    ['worker', inspectorPorts.worker],
  ] as const) {
    const attach = configurations.find((each: { port?: number }) => each.port === port);
    t.like(attach, { name: `Attach to the ${name} of npm run dev -- --inspect`, request: 'attach', restart: true });
    t.true(compounds[0].configurations.includes(attach.name));
  }
});
