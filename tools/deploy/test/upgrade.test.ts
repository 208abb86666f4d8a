import test from 'ava';
import { images, referenceOf } from '../../../infra/images.js';
import { ApiClient, type Run } from './support/api.js';
import { Clone } from './support/clone.js';
import { docker, TestStage } from './support/commands.js';
import { deployed, polite, unchanged } from './support/expectations.js';

/** Changes of the code, deployed to a running stage. */
const stage = new TestStage('atlas-test-upgrade', { DEPLOY_API_REPLICAS: '1' });
const api = new ApiClient(stage);
const clone = new Clone();
stage.clone = clone.folder;
/** The same images with another tag: the test is about the order of the steps. */
const next = `${images.temporalServer.tag}-next`;
const tags = [images.temporalServer, images.temporalAdminTools].map((image) => [
  referenceOf(image),
  referenceOf({ ...image, tag: next }),
]);
let waiting: Run;

test.before(async () => {
  await stage.begin();
  for (const [from = '', to = ''] of tags) await docker('tag', from, to);
});
test.after.always(async () => {
  await stage.clear();
  clone.remove();
  for (const [, to = ''] of tags) await docker('rmi', to);
});

const inspect = async (part: string) => {
  const [found] = JSON.parse(await docker('inspect', `${stage.prefix}-${part}`));
  return found;
};

test.serial('deploys from a clone', async (t) => {
  await deployed(t, stage.npm('deploy'));
  waiting = await api.startWaiting();
});

test.serial('a new version of Temporal updates the schema before the server', async (t) => {
  clone.edit('infra/images.ts', `'${images.temporalServer.tag}'`, `'${next}'`);
  const before = await inspect('temporal');
  const stop = new AbortController();
  const calling = api.callUntil(stop.signal, waiting.id, 2);
  await deployed(t, stage.npm('deploy'));
  stop.abort();
  polite(t, await calling);
  const [schema, server] = [await inspect('temporal-schema'), await inspect('temporal')];
  t.not(server.Id, before.Id);
  t.is(server.Config.Image, `temporalio/server:${next}`);
  t.is(schema.Config.Image, `temporalio/admin-tools:${next}`);
  t.true(new Date(schema.State.FinishedAt) < new Date(server.State.StartedAt));
  t.is((await api.approve(waiting.id)).status, 'completed');
});

test.serial('changes of a healthcheck, a tmpfs and a CPU limit reach the container', async (t) => {
  clone.edit('infra/constructs/temporal-ui.ts', 'startPeriodSeconds: 30', 'startPeriodSeconds: 61');
  clone.edit(
    'infra/constructs/caddy-proxy.ts',
    "'/data': privateTmpfs",
    "'/data': privateTmpfs, '/scratch': privateTmpfs",
  );
  clone.edit('infra/constructs/temporal-ui.ts', 'cpus: 0.5', 'cpus: 0.4');
  const { Id: untouched } = await inspect('postgres');
  await deployed(t, stage.npm('deploy'));
  const [ui, proxy, postgres] = [await inspect('temporal-ui'), await inspect('proxy'), await inspect('postgres')];
  t.is(ui.Config.Healthcheck.StartPeriod, 61e9);
  t.is(ui.HostConfig.CpuQuota, 40_000);
  t.truthy(proxy.HostConfig.Tmpfs['/scratch']);
  t.is(postgres.Id, untouched);
  await unchanged(t, stage);
});
