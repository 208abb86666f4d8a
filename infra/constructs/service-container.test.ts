import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { App, TerraformStack } from 'cdktf';
import { labels, stageOf } from '../stage.js';
import type { ContainerResource } from '../stage-configuration.js';
import { type Configuration, settingsFrom } from '../testing/synthesise.js';
import { ServiceContainer, type ServiceContainerProps } from './service-container.js';

const part: Omit<ServiceContainerProps, 'stage'> = {
  ...{ part: 'part', image: 'image', network: 'network', uid: 1, limits: { memoryMb: 1, cpus: 1 }, stopSeconds: 1 },
  healthcheck: { test: ['CMD', 'true'], intervalSeconds: 2, startPeriodSeconds: 60 },
  tmpfs: { '/tmp': 'rw,size=1m' },
};

/** The resource of a container with these props changed. */
function containerWith(change: Partial<ServiceContainerProps>): ContainerResource | undefined {
  const outdir = mkdtempSync(join(tmpdir(), 'atlas-synth-'));
  try {
    const stack = new TerraformStack(new App({ outdir }), 'stack');
    new ServiceContainer(stack, 'service', { ...part, stage: stageOf(settingsFrom({})), ...change });
    return (stack.toTerraform() as Configuration).resource.docker_container['part'];
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

const definitionOf = (change: Partial<ServiceContainerProps>): string | undefined =>
  containerWith(change)?.labels?.find(({ label }) => label === labels.definition)?.value;

test('changes that the provider does not apply change a label', (t) => {
  const before = definitionOf({});
  t.regex(before ?? '', /^[0-9a-f]{12}$/);
  t.is(definitionOf({}), before);
  t.is(definitionOf({ command: ['other'], environment: { A: 'b' } }), before);
  for (const change of [
    { healthcheck: { ...part.healthcheck, intervalSeconds: 3 } },
    { healthcheck: { ...part.healthcheck, test: ['CMD', 'false'] } },
    { tmpfs: { '/tmp': 'rw,size=2m' } },
    { tmpfs: { '/var/tmp': 'rw,size=1m' } },
    { tmpfs: {} },
    { limits: { memoryMb: 1, cpus: 0.5 } },
  ])
    t.not(definitionOf(change), before, JSON.stringify(change));
});

for (const [seconds, written] of [
  [0, '0s'],
  [59, '59s'],
  [60, '1m0s'],
  [3599, '59m59s'],
  [3600, '1h0m0s'],
  [3661, '1h1m1s'],
  [90_000, '25h0m0s'],
] as const)
  test(`${seconds} seconds are ${written}`, (t) => {
    const healthcheck = { ...part.healthcheck, startPeriodSeconds: seconds };
    t.is(containerWith({ healthcheck })?.healthcheck?.start_period, written);
  });

test("a probe ends before the provider's poll", (t) => {
  const intervals = [2, 61].map(
    (intervalSeconds) =>
      containerWith({ healthcheck: { ...part.healthcheck, intervalSeconds } })?.healthcheck?.interval,
  );
  t.deepEqual(intervals, ['1.9s', '1m0.9s']);
});

test("escapes Terraform's expressions in a probe", (t) => {
  const probe = ['CMD-SHELL', `test "\${state%%.*}" = up && printf '%{x}'`];
  t.deepEqual(containerWith({ healthcheck: { ...part.healthcheck, test: probe } })?.healthcheck?.test, [
    'CMD-SHELL',
    `test "$\${state%%.*}" = up && printf '%%{x}'`,
  ]);
});
