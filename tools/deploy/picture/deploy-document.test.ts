import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../../../platform/settings/project.js';
import { withPicture } from './deploy-document.js';

test('docs/deploy.md shows the stage as it is', (t) => {
  const document = readFileSync(join(projectRoot, 'docs/deploy.md'), 'utf8');
  t.is(document, withPicture(document), 'docs/deploy.md is out of step with infra/; run `npm run generate:picture`');
});

test('a document without a place for the picture is refused', (t) => {
  t.throws(() => withPicture('# Deploying a stage\n'), { message: /^no place for the picture: <!-- / });
});
