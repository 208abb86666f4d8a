import test from 'ava';
import { dockerProvider } from '../../../infra/provider.js';
import { synthesise } from '../../../infra/testing/synthesise.js';
import { onSynthesis } from './support/terraform.js';

const stages = {
  dev: {},
  production: { ATLAS_STAGE_KIND: 'production', DEPLOY_API_REPLICAS: '3' },
  exposed: { DEPLOY_UI_BIND_ADDRESS: '0.0.0.0', DEPLOY_UI_PASSWORD: 'a password of 27 characters' },
  managed: { ATLAS_DATA_REMOVAL: 'destroy' },
} as const;

for (const [name, env] of Object.entries(stages))
  test(`Terraform and the provider accept the stage ${name}`, async (t) => {
    const { code, output } = await onSynthesis({ ATLAS_STAGE: name, ...env }, ['validate']);
    t.is(code, 0, output);
  });

test('the check and the program name the same provider', (t) => {
  const { required_providers } = synthesise({ ATLAS_STAGE: 'dev' }).terraform as unknown as {
    required_providers: { docker: unknown };
  };
  t.deepEqual(required_providers.docker, dockerProvider);
});
