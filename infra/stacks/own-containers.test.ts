import test from 'ava';
import type { Construct } from 'constructs';
import { product } from '../../config/product.js';
import type { OwnContainerProps, OwnContainers } from '../constructs/own-container.js';
import { ServiceContainer } from '../constructs/service-container.js';
import { stageOf } from '../stage.js';
import { stageConfiguration } from '../stage-configuration.js';
import { type Configuration, settingsFrom, stages, synthesise } from '../testing/synthesise.js';

class Service extends ServiceContainer {
  constructor(scope: Construct, id: string, { imageFrom, ...props }: OwnContainerProps) {
    super(scope, id, {
      ...props,
      image: imageFrom(
        id === 'cache' ? { name: 'ghcr.io/valkey/valkey', tag: '9.0' } : { name: 'caddy', tag: '2.11.9' },
      ),
      uid: 1000,
      limits: { memoryMb: 64, cpus: 0.5 },
      healthcheck: { test: ['CMD', 'true'], intervalSeconds: 3, startPeriodSeconds: 30 },
      stopSeconds: 5,
    });
  }
}

test("adds the product's containers, their images once, and their settings to the processes that use them", (t) => {
  const settings = settingsFrom(stages.dev);
  const url = {
    type: 'string',
    default: 'http://127.0.0.1:4010',
    usedBy: ['worker'],
    description: 'Payments',
  } as const;
  const own = {
    payments: { construct: Service, settings: { PAYMENTS_URL: 'http://payments:8080' } },
    cache: { construct: Service },
  } as OwnContainers;
  const text = stageConfiguration(settings, stageOf(settings, { PAYMENTS_URL: url }), own);
  const { docker_container, docker_image } = (JSON.parse(text) as Configuration).resource;

  const { payments, cache, api_1, worker_1: worker, migrate } = docker_container;
  t.like(payments, {
    name: `${product.name}-dev-payments`,
    hostname: 'payments',
    image: `\${docker_image.caddy.name}`,
  });
  t.is(cache?.image, `\${docker_image.ghcr_io_valkey_valkey_9_0.name}`);
  const before = synthesise(stages.dev).resource;
  t.deepEqual(Object.keys(docker_image), [...Object.keys(before.docker_image), 'ghcr_io_valkey_valkey_9_0'].sort());

  for (const app of [api_1, worker])
    for (const part of ['payments', 'cache']) t.true(app?.depends_on?.includes(`docker_container.${part}`));
  t.true(worker?.env.includes('PAYMENTS_URL=http://payments:8080'));
  for (const other of [api_1, migrate]) t.false(other?.env.some((it) => it.startsWith('PAYMENTS_URL')));
});
