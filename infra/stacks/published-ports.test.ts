import test from 'ava';
import type { Environment } from '../../platform/settings/settings.js';
import type { Stage } from '../stage.js';
import { stageConfiguration } from '../stage-configuration.js';
import {
  type Configuration,
  containersOf,
  settingsFrom,
  stageFrom,
  stages,
  synthesisedText,
} from '../testing/synthesise.js';

/** The published address of each container, and its own port. */
const publishedBy = (env: Environment): Readonly<Record<string, string>> =>
  Object.fromEntries(
    containersOf(env).flatMap(([id, { ports = [] }]) =>
      ports.map(({ ip, external, internal }) => [id, `${ip}:${external} to ${internal}`] as const),
    ),
  );

for (const [name, env] of Object.entries(stages))
  test(`${name}: only the API follows DEPLOY_BIND_ADDRESS`, (t) => {
    const before = publishedBy(env);
    const after = publishedBy({ ...env, DEPLOY_BIND_ADDRESS: '192.0.2.1' });
    t.is(after['proxy'], before['proxy']?.replace(/^[\d.]+/, '192.0.2.1'));
    t.deepEqual({ ...after, proxy: '' }, { ...before, proxy: '' });
  });

test('dev also publishes PostgreSQL and Temporal; no stage publishes other ports', (t) => {
  t.deepEqual(publishedBy(stages.dev), {
    postgres: '127.0.0.1:15432 to 5432',
    temporal: '127.0.0.1:17233 to 7233',
    temporal_ui: '127.0.0.1:8081 to 8080',
    proxy: '127.0.0.1:8080 to 8080',
  });
  for (const env of [stages.staging, stages.production])
    t.deepEqual(
      Object.values(publishedBy(env)).map((port) => port.replace(/:\d+ /, ' ')),
      ['127.0.0.1 to 8080', '127.0.0.1 to 8080'],
    );
});

test("with a login, Temporal's UI is published only through the login", (t) => {
  for (const address of ['127.0.0.1', '0.0.0.0', 'fd00::7']) {
    const env = { DEPLOY_UI_BIND_ADDRESS: address, DEPLOY_UI_PASSWORD: 'canary of 27 characters' };
    const { temporal_ui, ui_login } = publishedBy(env);
    t.is(temporal_ui, undefined);
    t.is(ui_login, `${address}:8081 to 8080`);
  }
});

test('no definition contains the password of the login or its hash', (t) => {
  const text = synthesisedText(stages.exposed);
  t.notRegex(text, /canary|\$2[aby]\$/);
  t.true(text.includes('{file./run/secrets/ui-password-hash}'));
});

test('each part has its own address', (t) => {
  const env = {
    DEPLOY_BIND_ADDRESS: '192.0.2.1',
    DEPLOY_UI_BIND_ADDRESS: '192.0.2.2',
    DEPLOY_POSTGRES_BIND_ADDRESS: '192.0.2.3',
    DEPLOY_TEMPORAL_BIND_ADDRESS: '192.0.2.4',
  };
  t.deepEqual(publishedBy(env), {
    postgres: '192.0.2.3:15432 to 5432',
    temporal: '192.0.2.4:17233 to 7233',
    temporal_ui: '192.0.2.2:8081 to 8080',
    proxy: '192.0.2.1:8080 to 8080',
  });
  // A stage that does not publish them ignores the addresses.
  t.deepEqual(Object.keys(publishedBy({ ...env, ATLAS_STAGE: 'staging' })).sort(), ['proxy', 'temporal_ui']);
});

test('another password or user replaces only the container of the login', (t) => {
  const settings = settingsFrom(stages.exposed);
  const definitions = (stage: Stage) => {
    const { docker_container } = (JSON.parse(stageConfiguration(settings, stage, {})) as Configuration).resource;
    return Object.entries(docker_container).map(([id, it]) => [id, JSON.stringify(it)] as const);
  };
  const stage = stageFrom(stages.exposed);
  const before = new Map(definitions(stage));
  const changedBy = (what: Partial<Stage>) =>
    definitions({ ...stage, ...what })
      .filter(([id, text]) => text !== before.get(id))
      .map(([id]) => id);
  t.deepEqual(changedBy({ uiLoginFingerprint: 'abc' }), ['ui_login']);
  t.deepEqual(changedBy({ uiLogin: { user: 'ada', password: '' } }), ['ui_login']);
});
