import { labels } from '../../../infra/stage.js';

export interface PicturedContainer {
  readonly image: string;
  readonly restart?: string;
  readonly labels?: readonly { readonly label: string; readonly value: string }[];
  readonly networks_advanced?: readonly { readonly name: string; readonly aliases?: readonly string[] }[];
  readonly env?: readonly string[];
  readonly mounts?: readonly { readonly type: string; readonly source?: string }[];
  readonly ports?: readonly { readonly external: number; readonly ip: string }[];
  readonly depends_on?: readonly string[];
  readonly lifecycle?: { readonly replace_triggered_by?: readonly string[] };
}

type Named = Readonly<Record<string, { readonly name: string }>>;

export interface PicturedConfiguration {
  readonly resource: { readonly docker_container: Readonly<Record<string, PicturedContainer>> } & Partial<
    Record<'docker_image' | 'docker_network' | 'docker_volume', Named>
  >;
}

/** A container, or several that differ only in their number. */
interface Node {
  /** Ids of Terraform's resources. */
  readonly ids: readonly [string, ...string[]];
  readonly part: string;
  readonly image: string;
  readonly network: string;
  readonly isJob: boolean;
  readonly volumes: readonly string[];
  /** Addresses on this machine. */
  readonly addresses: readonly string[];
  readonly aliases: readonly string[];
  /** Hosts in its environment. */
  readonly hosts: readonly string[];
  /** Ids of containers that must be healthy, or have succeeded, before it starts. */
  readonly dependsOn: readonly string[];
}

/**
 * A stage as a Mermaid flowchart, from the published ports down to the data: a box per service, a rounded one per job, an arrow to each
 * direct dependency (unless it follows from others), a dotted arrow from the user to the published ports, and one to each service that
 * is used without a dependency.
 */
export function stagePicture(configuration: PicturedConfiguration): string {
  const nodes = inOrder(merged(nodesOf(configuration)));
  const networks = [...new Set(nodes.map(({ network }) => network))];
  const volumes = [...new Set(nodes.flatMap((node) => node.volumes))];
  const lines = [
    'you(("you"))',
    ...networks.flatMap((network) => [
      `subgraph ${network}["network ${network}"]`,
      ...nodes.filter((node) => node.network === network).map((node) => `  ${box(node)}`),
      'end',
    ]),
    ...volumes.map((volume) => `${volume}[("${volume}")]`),
    ...nodes.flatMap(({ addresses, ids: [id] }) => addresses.map((address) => `you -.->|"${address}"| ${id}`)),
    ...dependencies(nodes).map(([later, earlier]) => `${later.ids[0]} --> ${earlier.ids[0]}`),
    ...uses(nodes).map(([user, used]) => `${user.ids[0]} -.-> ${used.ids[0]}`),
    ...nodes.flatMap((node) => node.volumes.map((volume) => `${node.ids[0]} --- ${volume}`)),
  ];
  return ['flowchart TD', ...lines.map((line) => `  ${line}`)].join('\n');
}

function nodesOf({ resource }: PicturedConfiguration): Node[] {
  const { docker_container, ...byType } = resource;
  const resolved = (text: string): string => {
    const [, type = '', id = ''] = /^\$\{(\w+)\.([\w-]+)\.name\}$/.exec(text) ?? [];
    return byType[type as keyof typeof byType]?.[id]?.name ?? text;
  };
  return Object.entries(docker_container).map(([id, container]) => ({
    ids: [id],
    part: container.labels?.find(({ label }) => label === labels.part)?.value ?? id,
    image: repositoryOf(resolved(container.image)),
    network: resolved(container.networks_advanced?.[0]?.name ?? 'bridge'),
    isJob: container.restart === 'no',
    volumes: (container.mounts ?? []).flatMap(({ type, source = '' }) => (type === 'volume' ? [resolved(source)] : [])),
    addresses: (container.ports ?? []).map(({ ip, external }) => `${ip}:${external}`),
    aliases: (container.networks_advanced ?? []).flatMap(({ aliases = [] }) => aliases),
    hosts: (container.env ?? []).flatMap(
      (variable) => /^\w*(?:HOST|ADDRESS)=([\w.-]+)(?::\d+)?$/.exec(variable)?.slice(1) ?? [],
    ),
    dependsOn: [...(container.depends_on ?? []), ...(container.lifecycle?.replace_triggered_by ?? [])].flatMap(
      (reference) => /^docker_container\.(\w+)/.exec(reference)?.slice(1) ?? [],
    ),
  }));
}

/** The image without tag and digest, which change with every version. */
const repositoryOf = (image: string): string => image.replace(/(:[^/]*|@.*)$/, '');

/** Merges containers that differ only in the number at the end of their names. */
function merged(nodes: readonly Node[]): Node[] {
  const alike = new Map<string, Node>();
  for (const node of nodes) {
    const { ids, part, aliases, ...shown } = node;
    const family = part.replace(/-\d+$/, '');
    const key = JSON.stringify({ family, ...shown });
    const others = alike.get(key);
    alike.set(
      key,
      others
        ? { ...others, part: family, ids: [...others.ids, ...ids], aliases: [...others.aliases, ...aliases] }
        : node,
    );
  }
  return [...alike.values()];
}

function box({ ids, part, image, isJob }: Node): string {
  const [open, close] = isJob ? ['([', '])'] : ['[', ']'];
  return `${ids[0]}${open}"${part}${ids.length > 1 ? ` ×${ids.length}` : ''}<br>${image}"${close}`;
}

const dependenciesOf = ({ dependsOn }: Node, nodes: readonly Node[]): Node[] =>
  nodes.filter(({ ids }) => ids.some((id) => dependsOn.includes(id)));

/** Sorts nodes without dependents first; on each level, published ones first. */
function inOrder(nodes: readonly Node[]): Node[] {
  const level = (node: Node): number =>
    Math.max(
      0,
      ...nodes.filter((later) => dependenciesOf(later, nodes).includes(node)).map((later) => 1 + level(later)),
      ...uses(nodes)
        .filter(([, used]) => used === node)
        .map(([user]) => 1 + level(user)),
    );
  const isInner = ({ addresses }: Node) => Number(addresses.length === 0);
  return nodes.toSorted((a, b) => level(a) - level(b) || isInner(a) - isInner(b));
}

const isAfter = (later: Node, earlier: Node, nodes: readonly Node[]): boolean =>
  dependenciesOf(later, nodes).some((node) => node === earlier || isAfter(node, earlier, nodes));

/** Pairs of nodes where one has the other's name in its environment, without a dependency. */
function uses(nodes: readonly Node[]): [user: Node, used: Node][] {
  return nodes.flatMap((user) =>
    nodes
      .filter((used) => used !== user && used.aliases.some((alias) => user.hosts.includes(alias)))
      .filter((used) => !isAfter(user, used, nodes) && !isAfter(used, user, nodes))
      .map((used): [Node, Node] => [user, used]),
  );
}

/** Direct dependencies, without those that follow from others. */
function dependencies(nodes: readonly Node[]): [later: Node, earlier: Node][] {
  return nodes.flatMap((later) => {
    const candidates = dependenciesOf(later, nodes);
    return candidates
      .filter((earlier) => !candidates.some((node) => isAfter(node, earlier, nodes)))
      .map((earlier): [Node, Node] => [later, earlier]);
  });
}
