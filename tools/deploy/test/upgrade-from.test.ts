import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../../../platform/settings/project.js';
import { useFixtures } from '../../bench/deploy/fixture-product.js';
import { ApiClient, type Run } from './support/api.js';
import { sharedClone } from './support/clone.js';
import { run, TestStage } from './support/commands.js';
import { deployed, unchanged } from './support/expectations.js';

/**
 * The commit or tag of an earlier version that has `platform/testing/fixtures`; the current code upgrades its stage. A checkout of CI may not
 * contain it.
 */
const from = process.env['ATLAS_UPGRADE_FROM'];

const stage = new TestStage('atlas-test-from', { DEPLOY_API_REPLICAS: '1' });
const api = new ApiClient(stage);
const earlier = mkdtempSync(join(tmpdir(), 'atlas-earlier-'));
let completed: Run;
let waiting: Run;

test.before(() => stage.begin());
test.after.always(async () => {
  await stage.clear();
  rmSync(earlier, { recursive: true, force: true });
});

test.serial('an earlier version deploys a stage', async (t) => {
  if (from === undefined) {
    t.log('NOT RUN: set ATLAS_UPGRADE_FROM to a commit or tag of an earlier version');
    t.pass();
    return;
  }
  await run('git', ['clone', '--quiet', projectRoot, earlier]);
  await run('git', ['checkout', '--quiet', from], { cwd: earlier });
  // Its own packages: the command installs them.
  useFixtures(earlier);
  stage.clone = earlier;
  api.isCurrent = false;
  await deployed(t, stage.npm('deploy'));
  completed = await api.approve((await api.startWaiting()).id);
  waiting = await api.startWaiting();
});

test.serial('the current version upgrades it in place, with its runs', async (t) => {
  if (from === undefined) {
    t.log('NOT RUN: see above');
    t.pass();
    return;
  }
  stage.clone = sharedClone();
  await deployed(t, stage.npm('deploy'));
  api.isCurrent = true;
  // The current version may add fields.
  t.like(await api.run(completed.id), { ...completed });
  t.is((await api.approve(waiting.id)).status, 'completed');
  await unchanged(t, stage);
});
