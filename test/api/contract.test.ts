import { Validator } from '@seriousme/openapi-schema-validator';
import test from 'ava';
import { problems } from '../../api/problems.js';
import { routes } from '../../api/routes/index.js';
import { product } from '../../config/product.js';
import { serialise } from '../../platform/api/contract/serialise.js';
import { documentOf, exampleFaults } from '../../platform/testing/support/contract-document.js';
import { matchesFile } from '../../platform/testing/support/generated-file.js';
import { workflows } from '../../workflows/index.js';

const document = documentOf({
  product,
  catalogue: await workflows.catalogue(),
  routes: await routes(),
  problems,
});

test('docs/openapi.json is up to date', (t) => {
  matchesFile(t, 'docs/openapi.json', serialise(document), 'npm run generate');
});

test('the document passes a public validator', async (t) => {
  t.deepEqual(await new Validator().validate(JSON.parse(JSON.stringify(document))), { valid: true });
});

test('every example matches its schema; a schema with a pattern needs `examples`', (t) => {
  t.deepEqual(exampleFaults(document), []);
});
