import test from 'ava';
import { SettingsInvalid } from '../../platform/settings/settings.js';
import { envFilePath, meaningOf, WatchedEnvironment } from './env-change.js';

function watched(before: Record<string, string>, own: Record<string, string> = {}) {
  let env = before;
  const environment = new WatchedEnvironment({ API_AUTHENTICATION: 'none', ...before }, () => env, own);
  return (after: Record<string, string>) => {
    env = after;
    const { apps, later, settings } = environment.reread();
    return { apps: [...apps].sort(), later, settings };
  };
}

test('a setting concerns the programs that use it', (t) => {
  const reread = watched({ LOG_LEVEL: 'info' });
  t.like(reread({ LOG_LEVEL: 'info', API_BODY_LIMIT_BYTES: '2000' }), {
    apps: ['api'],
    settings: { API_BODY_LIMIT_BYTES: 2000 },
  });
  t.deepEqual(reread({ LOG_LEVEL: 'info', WORKER_ACTIVITY_SLOTS: '3' }).apps, ['api', 'worker']);
  t.deepEqual(reread({ LOG_LEVEL: 'info' }).apps, ['worker']);
  t.deepEqual(reread({ LOG_LEVEL: 'debug', ATLAS_STAGE: 'dev' }).apps, ['api', 'worker']);
  t.deepEqual(reread({ LOG_LEVEL: 'debug', ATLAS_STAGE: 'dev' }).apps, []);
});

test('what the launcher adds to its own variables concerns no program', (t) => {
  const proxies = { NO_PROXY: '127.0.0.1' };
  t.deepEqual(watched({}, proxies)({ ...proxies, WORKER_ACTIVITY_SLOTS: '3' }).apps, ['worker']);
});

test('a setting of the product concerns those that declare it', (t) => {
  const known = {
    TOKEN: { type: 'string', group: 'Product', usedBy: ['worker'], secret: true, description: '' },
  } as const;
  t.deepEqual([...meaningOf(['TOKEN'], known).apps], ['worker']);
  t.deepEqual([...meaningOf(['TOKEN_FILE'], known).apps], ['worker']);
  t.deepEqual([...meaningOf(['ADDED_JUST_NOW'], known).apps], ['api', 'worker']);
});

test('ports, servers and the data folder wait for the next start, and stages concern no program', (t) => {
  const later = ['API_PORT', 'POSTGRES_PASSWORD_FILE', 'ATLAS_DATA_DIR', 'TEMPORAL_UI_PORT', 'API_AUTHENTICATION'];
  const reread = watched({});
  const after = { API_PORT: '4000', ATLAS_DATA_DIR: 'x', TEMPORAL_UI_PORT: '4001', API_AUTHENTICATION: 'keys' };
  t.like(reread({ ...after, DEPLOY_API_PORT: '80' }), { apps: [] });
  for (const name of later)
    t.deepEqual(meaningOf([name], { ATLAS_DATA_DIR: embedded, TEMPORAL_UI_PORT: embedded }).later, [name]);
});

const embedded = { type: 'string', group: 'Embedded (npm start)', description: '' } as const;

test('invalid values are rejected, and the next reading compares with the last valid ones', (t) => {
  const reread = watched({});
  t.throws(() => reread({ LOG_LEVEL: 'loud' }), { instanceOf: SettingsInvalid, message: /LOG_LEVEL/ });
  t.throws(() => reread({ POSTGRES_HOST: 'db.example' }), { message: /POSTGRES_HOST/ });
  t.deepEqual(reread({ WORKER_ACTIVITY_SLOTS: '3' }).apps, ['worker']);
});

test('the env file is .env or ATLAS_ENV_FILE', (t) => {
  t.is(envFilePath('/clone', {}), '.env');
  t.is(envFilePath('/clone', { ATLAS_ENV_FILE: 'config/mine.env' }), 'config/mine.env');
  t.is(envFilePath('/clone', { ATLAS_ENV_FILE: '/etc/mine.env' }), '../etc/mine.env');
});
