import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../../../platform/settings/project.js';
import { withPicture } from './deploy-document.js';

test('docs/deploy.md shows the current stage', (t) => {
  const document = readFileSync(join(projectRoot, 'docs/deploy.md'), 'utf8');
  t.is(document, withPicture(document), 'docs/deploy.md is out of date: run npm run generate:picture');
});

test('rejects a document without the comments', (t) => {
  t.throws(() => withPicture('# Deploying a stage\n'), {
    message: /^The comments around the picture are missing: <!-- /,
  });
});
