import { spawnSync } from 'node:child_process';
import test from 'ava';
import { projectRoot } from '../settings/project.js';

const script = `
import { createLogger } from './platform/observability/logger.ts';
import { logContext } from './platform/observability/log-context.ts';
const logger = createLogger('worker', { LOG_LEVEL: 'info', LOG_FORMAT: 'json' });
logger.info('outside');
await logContext.run({ workflowId: 'greet-1' }, async () => {
  await null;
  logger.child({ own: 1 }).info({ activityType: 'own' }, 'inside');
});
`;

test('log lines contain the fields of their context, after its first await too', (t) => {
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: projectRoot });
  const [outside, inside] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.false('workflowId' in outside, stderr);
  t.like(inside, { msg: 'inside', workflowId: 'greet-1', own: 1, activityType: 'own' });
});
