import test from 'ava';
import { labels } from '../../../infra/stage.js';
import { type PicturedConfiguration, type PicturedContainer, stagePicture } from './stage-picture.js';

/** The lines of the picture of these containers, without those that every picture has. */
function linesOf(
  containers: Readonly<Record<string, Partial<PicturedContainer>>>,
  resources: Partial<PicturedConfiguration['resource']> = {},
): string[] {
  const docker_container = Object.fromEntries(
    Object.entries(containers).map(([id, container]) => [
      id,
      {
        image: 'image',
        networks_advanced: [{ name: 'net' }],
        labels: [{ label: labels.part, value: id.replaceAll('_', '-') }],
        ...container,
      },
    ]),
  );
  const [kind, you, ...lines] = stagePicture({ resource: { docker_container, ...resources } }).split('\n');
  if (kind !== 'flowchart TD' || you !== '  you(("you"))') throw new Error(`${kind}\n${you}`);
  return lines.map((line) => line.trim()).filter((line) => !/^(subgraph net\[.*|end)$/.test(line));
}

const after = (...ids: readonly string[]) => ({ depends_on: ids.map((id) => `docker_container.${id}`) });

test('shows a service, a job, a volume and a published port', (t) => {
  t.deepEqual(
    linesOf({
      migrate: { restart: 'no' },
      postgres: {
        mounts: [
          { type: 'bind', source: '/secrets/password' },
          { type: 'volume', source: 'data' },
        ],
        ports: [{ ip: '192.0.2.1', external: 15432 }],
      },
    }),
    [
      'postgres["postgres<br>image"]',
      'migrate(["migrate<br>image"])',
      'data[("data")]',
      'you -.->|"192.0.2.1:15432"| postgres',
      'postgres --- data',
    ],
  );
});

test('resolves the names of resources, and shows images without their version', (t) => {
  const named = (...names: readonly [id: string, name: string][]) =>
    Object.fromEntries(names.map(([id, name]) => [id, { name }]));
  const container = (image: string) => ({
    image: `\${docker_image.${image}.name}`,
    networks_advanced: [{ name: `\${docker_network.network_C8.name}` }],
    mounts: [{ type: 'volume', source: `\${docker_volume.postgres_data.name}` }],
  });
  const resources = {
    docker_image: named(
      ['image-a_1', 'registry.example:5000/team/a:1.2'],
      ['image-b_2', `b:3@sha256:${'0'.repeat(64)}`],
    ),
    docker_network: named(['network_C8', 'other']),
    docker_volume: named(['postgres_data', 'data']),
  };
  t.deepEqual(linesOf({ a: container('image-a_1'), b: container('image-b_2') }, resources), [
    'subgraph other["network other"]',
    'a["a<br>registry.example:5000/team/a"]',
    'b["b<br>b"]',
    'data[("data")]',
    'a --- data',
    'b --- data',
  ]);
});

const arrows = (lines: readonly string[]) => lines.filter((line) => line.includes(' --> '));

test('omits dependencies that follow from others', (t) => {
  const lines = linesOf({ a: {}, b: after('a'), c: after('a', 'b'), d: after('a', 'c'), e: after('b') });
  t.deepEqual(arrows(lines).sort(), ['b --> a', 'c --> b', 'd --> c', 'e --> b']);
});

test('a job that runs again after another depends on it', (t) => {
  const again = { lifecycle: { replace_triggered_by: ['docker_container.a.id', 'docker_container.b.id'] } };
  t.deepEqual(arrows(linesOf({ a: {}, b: {}, c: { ...again, ...after('b') } })), ['c --> a', 'c --> b']);
});

test('shows use without a dependency as a dotted arrow', (t) => {
  const under = (alias: string) => ({ networks_advanced: [{ name: 'net', aliases: [alias, 'service'] }] });
  const lines = linesOf({
    proxy: { env: ['API_HOST=service', 'PORT=80', 'USER=base'] },
    api_1: { ...under('api-1'), ...after('base'), env: ['DB_ADDRESS=base:5432'] },
    api_2: { ...under('api-2'), ...after('base'), env: ['DB_ADDRESS=base:5432'] },
    base: { networks_advanced: [{ name: 'net', aliases: ['base'] }], env: ['MY_HOST=base'] },
  });
  t.deepEqual(
    lines.filter((line) => line.includes('-.->')),
    ['proxy -.-> api_1'],
  );
});

test('merges containers that differ only in their number', (t) => {
  const lines = linesOf({ api_1: after('base'), api_2: after('base'), base: {}, proxy: after('api_1', 'api_2') });
  t.deepEqual(lines, [
    'proxy["proxy<br>image"]',
    'api_1["api ×2<br>image"]',
    'base["base<br>image"]',
    ...['proxy --> api_1', 'api_1 --> base'],
  ]);
});

for (const [difference, container] of Object.entries<Partial<PicturedContainer>>({
  image: { image: 'other' },
  network: { networks_advanced: [{ name: 'other' }] },
  kind: { restart: 'no' },
  volume: { mounts: [{ type: 'volume', source: 'data' }] },
  port: { ports: [{ ip: '127.0.0.1', external: 1 }] },
  wait: after('base'),
}))
  test(`does not merge containers with another ${difference}`, (t) => {
    const lines = linesOf({ api_1: {}, api_2: container, base: {} });
    for (const part of ['api-1', 'api-2'])
      t.true(
        lines.some((line) => line.includes(`"${part}<br>`)),
        part,
      );
  });

test('sorts nodes without dependents first, published ones before others', (t) => {
  const boxes = linesOf({ a: {}, b: after('a'), c: after('b'), d: { ports: [{ ip: '127.0.0.1', external: 1 }] } });
  t.deepEqual(
    boxes.filter((line) => line.includes('<br>')).map((line) => line[0]),
    ['d', 'c', 'b', 'a'],
  );
});
