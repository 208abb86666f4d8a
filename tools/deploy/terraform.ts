import { type Ended, runTool } from './run-process.js';

/** A resource of the stage as Terraform addresses it: `docker_container.postgres`. */
export type Address = string;
export type Action = 'noop' | 'create' | 'read' | 'update' | 'replace' | 'delete' | 'remove';

export interface PlannedChange {
  readonly address: Address;
  readonly action: Action;
}

/** What Terraform is doing, as it tells it. */
export interface TerraformEvent {
  readonly type: 'began' | 'ended' | 'failed';
  readonly address: Address;
  readonly action: Action;
}

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail: string;
  readonly address?: Address;
}

/** Terraform could not do what it was asked for; the diagnostics say why. */
export class TerraformFailed extends Error {
  readonly code = 'terraform-failed';
  constructor(
    readonly doing: string,
    readonly diagnostics: readonly Diagnostic[],
    readonly said: string,
    /** Where Terraform was run. */
    readonly folder: string,
  ) {
    super(`terraform ${doing} failed`);
    this.name = 'TerraformFailed';
  }

  /** Whether somebody else has the state. */
  get isAboutLock(): boolean {
    return this.diagnostics.some(({ summary }) => /acquiring the state lock/i.test(summary));
  }
}

export interface TerraformOptions {
  /** Folder of the stage's synthesised configuration. */
  readonly folder: string;
  /** What its processes are told besides this process's environment: the engine's address, the state's. */
  readonly env: Readonly<Record<string, string>>;
  /** The first makes Terraform end what it is doing and save the state, the second end at once. */
  readonly interrupts: readonly AbortSignal[];
}

/** A resource in Terraform's state. */
export interface StateResource {
  readonly address: Address;
  /** As the engine knows it. */
  readonly id: string;
}

/** Terraform, run in the folder of one stage. */
export class Terraform {
  constructor(private readonly options: TerraformOptions) {}

  /** The failure, without the password that the state's address may hold: Terraform repeats an address that it cannot read. */
  private failure(doing: string, diagnostics: readonly Diagnostic[], said: string): TerraformFailed {
    const { folder, env } = this.options;
    const address = env['PG_CONN_STR'];
    const hidden = (text: string) => (address ? text.replaceAll(address, '(PG_CONN_STR)') : text);
    const told = diagnostics.map((it) => ({ ...it, summary: hidden(it.summary), detail: hidden(it.detail) }));
    return new TerraformFailed(doing, told, hidden(said), folder);
  }

  /** Fetches or finds the provider, and opens the state. Safe to call again. @throws {TerraformFailed} */
  async init(): Promise<void> {
    await this.answer('init', ['-input=false', '-no-color']);
  }

  /** What differs between the definition and the engine; kept in `file` for `apply`. @throws {TerraformFailed} */
  async plan(file: string): Promise<PlannedChange[]> {
    const changes: PlannedChange[] = [];
    await this.events(['plan', '-input=false', `-out=${file}`], (message) => {
      if (message.type === 'planned_change' && message.change)
        changes.push({ address: message.change.resource.addr, action: message.change.action });
    });
    return changes;
  }

  /** The plan as people read it, on standard output. @returns whether anything differs @throws {TerraformFailed} */
  async showPlan(): Promise<boolean> {
    const colour = process.stdout.isTTY ? [] : ['-no-color'];
    const { code, stderr } = await this.run(['plan', '-input=false', '-detailed-exitcode', ...colour], (line) => {
      // That it looks at each resource is said for each of them; what matters comes after.
      if (!/: (Refreshing state\.\.\.|Reading\.\.\.|Read complete)/.test(line)) process.stdout.write(`${line}\n`);
    });
    if (code !== 0 && code !== 2) throw this.failure('plan', [], stderr);
    return code === 2;
  }

  /** Does what was planned into a file; or plans targets and what they need, everything when there are none, and does that. @throws {TerraformFailed} */
  async apply(what: { file: string } | { targets: readonly Address[] }, onEvent: (event: TerraformEvent) => void) {
    const args = 'file' in what ? [what.file] : ['-auto-approve', ...what.targets.map((target) => `-target=${target}`)];
    await this.change(['apply', '-input=false', ...args], onEvent);
  }

  /** Removes all that is in the state. @throws {TerraformFailed} */
  async destroy(onEvent: (event: TerraformEvent) => void): Promise<void> {
    await this.change(['destroy', '-input=false', '-auto-approve'], onEvent);
  }

  private change(args: readonly string[], onEvent: (event: TerraformEvent) => void): Promise<void> {
    return this.events(args, (message) => {
      const event = eventOf(message);
      if (event) onEvent(event);
    });
  }

  /** What the state knows; nothing when there is none. Not interrupted: an answer cut short must not look like an empty one. @throws {TerraformFailed} */
  async state(): Promise<StateResource[]> {
    const stdout = await this.answer('state pull', [], []);
    if (stdout.trim() === '') return [];
    const { resources } = JSON.parse(stdout) as { resources: StoredResource[] };
    return resources.flatMap(({ type, name, instances }) =>
      instances.map(({ attributes }) => ({ address: `${type}.${name}`, id: attributes.id })),
    );
  }

  /** Makes the state forget a resource, which stays as it is. @throws {TerraformFailed} */
  async forget(address: Address): Promise<void> {
    await this.answer('state rm', [address]);
  }

  /** Runs a command of one word or two. @returns what it wrote */
  private async answer(command: string, args: readonly string[], interrupts?: readonly AbortSignal[]): Promise<string> {
    const { code, stdout, stderr } = await this.run([...command.split(' '), ...args], undefined, interrupts);
    if (code !== 0) throw this.failure(command, [], stderr);
    return stdout;
  }

  /** Runs a command that tells what it does in lines of JSON. */
  private async events(
    [command = '', ...args]: readonly string[],
    onMessage: (message: Message) => void,
  ): Promise<void> {
    const diagnostics: Diagnostic[] = [];
    const other: string[] = [];
    const { code, stderr } = await this.run([command, '-json', ...args], (line) => {
      const message = parse(line);
      if (!message) return void other.push(line);
      if (message.diagnostic?.severity === 'error') diagnostics.push(diagnosticOf(message.diagnostic));
      onMessage(message);
    });
    if (code !== 0) throw this.failure(command, diagnostics, [...other, stderr].join('\n'));
  }

  private async run(
    args: readonly string[],
    onLine?: (line: string) => void,
    interrupts = this.options.interrupts,
  ): Promise<Ended> {
    const { folder, env } = this.options;
    return runTool('terraform', [`-chdir=${folder}`, ...args], {
      env: { ...inherited(), TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1', ...env },
      ...(onLine && { onLine }),
      interrupts,
    });
  }
}

/**
 * This process's environment without what would lead Terraform to another state or other options than the commands here count on, and
 * without what Docker's own command line does not heed for an engine of this machine.
 */
function inherited(): NodeJS.ProcessEnv {
  const leading = /^(TF_(WORKSPACE|DATA_DIR|CLI_ARGS\w*)|DOCKER_(CONTEXT|CERT_PATH|TLS_VERIFY|TLS))$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !leading.test(name)));
}

interface StoredResource {
  readonly type: string;
  readonly name: string;
  readonly instances: readonly { readonly attributes: { readonly id: string } }[];
}

/** A line of Terraform's machine-readable output, as far as it is looked at here. */
interface Message {
  readonly type: string;
  readonly change?: { readonly resource: { readonly addr: string }; readonly action: Action };
  readonly hook?: { readonly resource: { readonly addr: string }; readonly action: Action };
  readonly diagnostic?: Partial<Diagnostic> & { readonly summary: string };
}

function parse(line: string): Message | undefined {
  try {
    const message = JSON.parse(line) as Message | null;
    return typeof message?.type === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}

const eventTypes: Readonly<Record<string, 'began' | 'ended' | 'failed'>> = {
  apply_start: 'began',
  apply_complete: 'ended',
  apply_errored: 'failed',
};

function eventOf({ type, hook }: Message): TerraformEvent | undefined {
  const kind = eventTypes[type];
  return kind && hook ? { type: kind, address: hook.resource.addr, action: hook.action } : undefined;
}

const diagnosticOf = ({
  severity = 'error',
  summary,
  detail = '',
  address,
}: NonNullable<Message['diagnostic']>): Diagnostic => ({
  severity,
  summary,
  detail,
  ...(address !== undefined && { address }),
});
