import { labels } from '../../../infra/stage.js';

/** A container as the picture shows it. */
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

/** What the picture is made of: a part of what Terraform is given. */
export interface PicturedConfiguration {
  readonly resource: {
    readonly docker_container: Readonly<Record<string, PicturedContainer>>;
    readonly docker_image?: Named;
    readonly docker_network?: Named;
    readonly docker_volume?: Named;
  };
}

/** A container, or several that differ in their number alone. */
interface Node {
  /** Ids of the containers among Terraform's resources. */
  readonly ids: readonly [string, ...string[]];
  readonly part: string;
  readonly image: string;
  readonly network: string;
  readonly isJob: boolean;
  readonly volumes: readonly string[];
  /** Addresses on this machine. */
  readonly addresses: readonly string[];
  /** Names under which others reach it. */
  readonly aliases: readonly string[];
  /** Hosts that its environment names. */
  readonly hosts: readonly string[];
  /** Ids of the containers that must be healthy, or have ended well, before. */
  readonly waitsFor: readonly string[];
}

/**
 * A stage as a Mermaid flowchart, from what is reached down to the data: a box per service, a rounded one per job, an arrow to what is
 * waited for (only where no other arrow says so already), a dotted one from whoever uses the published ports, and to what is used
 * without having been waited for.
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
    ...waits(nodes).map(([later, earlier]) => `${later.ids[0]} --> ${earlier.ids[0]}`),
    ...uses(nodes).map(([user, used]) => `${user.ids[0]} -.-> ${used.ids[0]}`),
    ...nodes.flatMap((node) => node.volumes.map((volume) => `${node.ids[0]} --- ${volume}`)),
  ];
  return ['flowchart TD', ...lines.map((line) => `  ${line}`)].join('\n');
}

function nodesOf({ resource }: PicturedConfiguration): Node[] {
  const byType: Readonly<Record<string, Named | undefined>> = {
    docker_image: resource.docker_image,
    docker_network: resource.docker_network,
    docker_volume: resource.docker_volume,
  };
  /** The text, or where it stands for a resource's name, that name. */
  const resolved = (text: string): string => {
    const [, type = '', id = ''] = /^\$\{(\w+)\.([\w-]+)\.name\}$/.exec(text) ?? [];
    return byType[type]?.[id]?.name ?? text;
  };
  return Object.entries(resource.docker_container).map(([id, container]) => ({
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
    waitsFor: [...(container.depends_on ?? []), ...(container.lifecycle?.replace_triggered_by ?? [])].flatMap(
      (reference) => /^docker_container\.(\w+)/.exec(reference)?.slice(1) ?? [],
    ),
  }));
}

/** Without tag and digest, which change with every version. */
const repositoryOf = (image: string): string => image.replace(/(:[^/]*|@.*)$/, '');

/** Containers that the picture would show alike, but for the number at the end of their names, as one. */
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

/** What a node waits for by its own account. */
const before = ({ waitsFor }: Node, nodes: readonly Node[]): Node[] =>
  nodes.filter(({ ids }) => ids.some((id) => waitsFor.includes(id)));

/** From what nobody waits for downwards; on each level first what is reached from outside. */
function inOrder(nodes: readonly Node[]): Node[] {
  const level = (node: Node): number =>
    Math.max(
      0,
      ...nodes.filter((later) => before(later, nodes).includes(node)).map((later) => 1 + level(later)),
      ...uses(nodes)
        .filter(([, used]) => used === node)
        .map(([user]) => 1 + level(user)),
    );
  const isInner = ({ addresses }: Node) => Number(addresses.length === 0);
  return nodes.toSorted((a, b) => level(a) - level(b) || isInner(a) - isInner(b));
}

const isAfter = (later: Node, earlier: Node, nodes: readonly Node[]): boolean =>
  before(later, nodes).some((node) => node === earlier || isAfter(node, earlier, nodes));

/** Who is told the name of whom, but does not wait for it. */
function uses(nodes: readonly Node[]): [user: Node, used: Node][] {
  return nodes.flatMap((user) =>
    nodes
      .filter((used) => used !== user && used.aliases.some((alias) => user.hosts.includes(alias)))
      .filter((used) => !isAfter(user, used, nodes) && !isAfter(used, user, nodes))
      .map((used): [Node, Node] => [user, used]),
  );
}

/** Who waits for whom, without the waits that follow from others. */
function waits(nodes: readonly Node[]): [later: Node, earlier: Node][] {
  return nodes.flatMap((later) => {
    const candidates = before(later, nodes);
    return candidates
      .filter((earlier) => !candidates.some((node) => isAfter(node, earlier, nodes)))
      .map((earlier): [Node, Node] => [later, earlier]);
  });
}
