import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../../../platform/settings/project.js';
import { matchesFile } from '../../../platform/testing/support/generated-file.js';
import { withPicture } from './deploy-document.js';

test('docs/deploy.md shows the current stage', (t) => {
  const document = readFileSync(join(projectRoot, 'docs/deploy.md'), 'utf8');
  matchesFile(t, 'docs/deploy.md', withPicture(document), 'npm run generate:picture');
});

test('rejects a document without the comments', (t) => {
  t.throws(() => withPicture('# Deploying a stage\n'), {
    message: /^The comments around the picture are missing: <!-- /,
  });
});
