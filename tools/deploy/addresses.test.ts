import test from 'ava';
import { stageOf } from '../../infra/stage.js';
import { settingsFrom } from '../../infra/testing/synthesise.js';
import { firstCall } from './addresses.js';

const callOf = (ATLAS_STAGES_DIR: string, DEPLOY_BIND_ADDRESS = '127.0.0.1') =>
  firstCall(stageOf(settingsFrom({ ATLAS_STAGES_DIR, DEPLOY_BIND_ADDRESS })));

test('the command reads the key from its file and lists the workflows', (t) => {
  t.is(
    callOf('/srv/stages'),
    'curl -H "Authorization: Bearer $(cat /srv/stages/dev/secrets/api-key)" http://127.0.0.1:8080/v1/workflows',
  );
});

test('quotes paths for the shell', (t) => {
  t.regex(callOf("/srv/Ada's stages"), /\$\(cat '\/srv\/Ada'\\''s stages\/dev\/secrets\/api-key'\)/);
});

test('calls an API that listens on all addresses on loopback, any other on its address', (t) => {
  t.regex(callOf('/srv', '0.0.0.0'), / http:\/\/127\.0\.0\.1:8080\/v1\/workflows$/);
  t.regex(callOf('/srv', '192.0.2.1'), / http:\/\/192\.0\.2\.1:8080\/v1\/workflows$/);
  t.regex(callOf('/srv', '::'), / 'http:\/\/\[::1\]:8080\/v1\/workflows'$/);
  t.regex(callOf('/srv', '2001:db8::1'), / 'http:\/\/\[2001:db8::1\]:8080\/v1\/workflows'$/);
});
