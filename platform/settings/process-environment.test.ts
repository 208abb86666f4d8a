import test from 'ava';
import { productWithSettings as product } from '../testing/fixtures/settings.js';
import { processes } from './names.js';
import { environmentFor, testValues } from './process-environment.js';
import { readSettings } from './settings.js';

test('a process does not receive the secrets of another', (t) => {
  const env = { PATH: '/bin', PAYMENTS_TOKEN: 'sk', PAYMENTS_TOKEN_FILE: '/sk', SHOP_REGION: 'eu', API_PORT: '1' };
  t.deepEqual(environmentFor('api', product.settings, env), { PATH: '/bin', SHOP_REGION: 'eu', API_PORT: '1' });
  t.deepEqual(environmentFor('worker', product.settings, env), env);
});

test('every process starts with the values for tests', (t) => {
  const values = testValues(product.settings);
  t.deepEqual(values, { PAYMENTS_TOKEN: 'sk_test', SHOP_REGION: 'eu' });
  const { settings } = readSettings(product, { POSTGRES_PASSWORD: 'x', ...values }, { processes });
  t.is(settings.PAYMENTS_TOKEN, 'sk_test');
});
