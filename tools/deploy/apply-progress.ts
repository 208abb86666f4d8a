import { type Screen, seconds } from '../cli/screen.js';
import type { Action, Address, TerraformEvent } from './terraform.js';

/** Whether it is a volume: the only one that Terraform may manage is that of the data. */
export const isData = (address: Address): boolean => address.startsWith('docker_volume.');

/** Jobs that migrate data for new services while the old ones still run. */
export const migrations: readonly Address[] = [
  'docker_container.postgres_roles',
  'docker_container.temporal_schema',
  'docker_container.migrate',
];

/** Containers that run to completion. */
export const jobs: ReadonlySet<Address> = new Set([...migrations, 'docker_container.temporal_namespace']);

export interface PartTime {
  readonly part: string;
  readonly did: string;
  readonly ms: number;
}

type Texts = readonly [doing: string, done: string];
const texts: Readonly<Record<Action, Texts>> = {
  noop: ['', ''],
  create: ['starting', 'healthy'],
  read: ['reading', 'read'],
  update: ['updating', 'updated'],
  replace: ['replacing', 'replaced'],
  delete: ['stopping', 'removed'],
  remove: ['removing from the state', 'removed from the state'],
};
/** For resources that do not run. */
const creating: Texts = ['creating', 'created'];
const running: Texts = ['running', 'done'];

/** Shows the progress of Terraform, and measures the time of each part. */
export class ApplyProgress {
  readonly times: PartTime[] = [];
  readonly #running = new Map<string, { address: Address; action: Action; since: number }>();

  constructor(private readonly screen: Screen) {}

  hasBegun = false;

  onEvent = ({ type, address, action }: TerraformEvent): void => {
    const key = `${action} ${address}`;
    if (type === 'began') {
      this.hasBegun = true;
      this.#running.set(key, { address, action, since: performance.now() });
      this.screen.activity(() => this.#text());
      return;
    }
    const since = this.#running.get(key)?.since ?? performance.now();
    this.#running.delete(key);
    if (this.#running.size === 0) this.screen.endActivity();
    if (type === 'failed') return;
    const part = { part: partOf(address), did: textsFor(address, action)[1], ms: performance.now() - since };
    this.times.push(part);
    this.screen.done(`${part.part} ${part.did} ${this.screen.paint('dim', `(${seconds(part.ms)})`)}`);
  };

  end(): void {
    this.#running.clear();
    this.screen.endActivity();
  }

  #text(): string {
    const now = performance.now();
    return [...this.#running.values()]
      .map(({ address, action, since }) => `${textsFor(address, action)[0]} ${partOf(address)} ${seconds(now - since)}`)
      .join(', ');
  }
}

function textsFor(address: Address, action: Action): Texts {
  if (action !== 'create') return texts[action];
  if (jobs.has(address)) return running;
  return address.startsWith('docker_container.') ? texts.create : creating;
}

/** Name of a resource in the stage: `docker_container.api_1` is api-1. */
export function partOf(address: Address): string {
  const [type = '', name = ''] = address.split('.');
  return names[type]?.(name) ?? address;
}
const names: Readonly<Record<string, (name: string) => string>> = {
  docker_container: (name) => name.replaceAll('_', '-'),
  docker_image: (name) => (name === 'app' ? 'image of the app' : `image ${name.replace('_', '/')}`),
  docker_network: () => 'network',
  docker_volume: () => 'volume',
};
