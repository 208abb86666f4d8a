import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { dockerProvider } from '../../infra/provider.js';
import { stageOf } from '../../infra/stage.js';
import { synthesiseStage } from '../../infra/synthesise-stage.js';
import { settingsFrom, synthesise } from '../../infra/testing/synthesise.js';
import { run } from './support/commands.js';

const stages = {
  dev: {},
  production: { ATLAS_STAGE_KIND: 'production', DEPLOY_API_REPLICAS: '3' },
  managed: { ATLAS_DATA_REMOVAL: 'destroy' },
} as const;

for (const [name, env] of Object.entries(stages))
  test(`Terraform and the provider find the stage ${name} valid`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'atlas-validate-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    const settings = settingsFrom({ ATLAS_STAGE: name, ...env });
    const stack = synthesiseStage(settings, stageOf(settings), folder);
    const terraform = (...args: string[]) => run('terraform', [`-chdir=${stack}`, ...args, '-no-color']);
    const init = await terraform('init', '-backend=false', '-input=false');
    t.is(init.code, 0, init.output);
    const { code, output } = await terraform('validate');
    t.is(code, 0, output);
  });

test('the provider that is looked for is the one that the program asks for', (t) => {
  const { required_providers } = synthesise({ ATLAS_STAGE: 'dev' }).terraform as unknown as {
    required_providers: { docker: unknown };
  };
  t.deepEqual(required_providers.docker, dockerProvider);
});
