import { type Ended, runTool } from './run-process.js';

/** Terraform's address of a resource, such as `docker_container.postgres`. */
export type Address = string;
export type Action = 'noop' | 'create' | 'read' | 'update' | 'replace' | 'delete' | 'remove';

export interface PlannedChange {
  readonly address: Address;
  readonly action: Action;
}

export interface TerraformEvent {
  readonly type: 'began' | 'ended' | 'failed';
  readonly address: Address;
  readonly action: Action;
}

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail?: string;
  readonly address?: Address;
}

export class TerraformFailed extends Error {
  readonly code = 'terraform-failed';
  constructor(
    readonly command: string,
    readonly diagnostics: readonly Diagnostic[],
    readonly output: string,
    readonly folder: string,
  ) {
    super(`terraform ${command} failed`);
    this.name = 'TerraformFailed';
  }

  /** Whether another process has the state's lock. */
  get isAboutLock(): boolean {
    return this.diagnostics.some(({ summary }) => /acquiring the state lock/i.test(summary));
  }
}

export interface TerraformOptions {
  readonly folder: string;
  /** Additional environment: the addresses of the engine and of the state. */
  readonly env: Readonly<Record<string, string>>;
  /** The first lets Terraform finish running operations and save the state, the second stops it immediately. */
  readonly interrupts: readonly AbortSignal[];
}

export interface StateResource {
  readonly address: Address;
  /** Id on the engine. */
  readonly id: string;
}

export class Terraform {
  constructor(private readonly options: TerraformOptions) {}

  /** Hides the state's address, which may contain a password: Terraform prints an address that it cannot parse. */
  private failure(command: string, diagnostics: readonly Diagnostic[], output: string): TerraformFailed {
    const { folder, env } = this.options;
    const address = env['PG_CONN_STR'];
    const hidden = (text: string) => (address ? text.replaceAll(address, '(PG_CONN_STR)') : text);
    const shown = diagnostics.map((it) => ({ ...it, summary: hidden(it.summary), detail: hidden(it.detail ?? '') }));
    return new TerraformFailed(command, shown, hidden(output), folder);
  }

  /** Installs the provider and opens the state. Safe to repeat. @throws {TerraformFailed} */
  async init(): Promise<void> {
    await this.answer('init', ['-input=false', '-no-color']);
  }

  /** Compares the definition with the engine, and saves the plan in `file` for `apply`. @throws {TerraformFailed} */
  async plan(file: string): Promise<PlannedChange[]> {
    const changes: PlannedChange[] = [];
    await this.events(['plan', '-input=false', `-out=${file}`], (message) => {
      if (message.type === 'planned_change' && message.change)
        changes.push({ address: message.change.resource.addr, action: message.change.action });
    });
    return changes;
  }

  /** Prints the plan on standard output. @returns whether there are changes @throws {TerraformFailed} */
  async showPlan(): Promise<boolean> {
    const colour = process.stdout.isTTY ? [] : ['-no-color'];
    const { code, stderr } = await this.run(['plan', '-input=false', '-detailed-exitcode', ...colour], (line) => {
      // Skip the lines for each resource that Terraform reads.
      if (!/: (Refreshing state\.\.\.|Reading\.\.\.|Read complete)/.test(line)) process.stdout.write(`${line}\n`);
    });
    if (code !== 0 && code !== 2) throw this.failure('plan', [], stderr);
    return code === 2;
  }

  /** Applies a saved plan; or plans and applies targets with their dependencies, or everything if there are none. @throws {TerraformFailed} */
  async apply(what: { file: string } | { targets: readonly Address[] }, onEvent: (event: TerraformEvent) => void) {
    const args = 'file' in what ? [what.file] : ['-auto-approve', ...what.targets.map((target) => `-target=${target}`)];
    await this.change(['apply', '-input=false', ...args], onEvent);
  }

  async destroy(onEvent: (event: TerraformEvent) => void): Promise<void> {
    await this.change(['destroy', '-input=false', '-auto-approve'], onEvent);
  }

  private change(args: readonly string[], onEvent: (event: TerraformEvent) => void): Promise<void> {
    return this.events(args, ({ type, hook }) => {
      const kind = eventTypes[type];
      if (kind && hook) onEvent({ type: kind, address: hook.resource.addr, action: hook.action });
    });
  }

  /** The resources in the state. Cannot be interrupted, because a partial output would look like an empty state. @throws {TerraformFailed} */
  async state(): Promise<StateResource[]> {
    const stdout = await this.answer('state pull', [], []);
    if (stdout.trim() === '') return [];
    const { resources } = JSON.parse(stdout) as {
      resources: { type: string; name: string; instances: { attributes: { id: string } }[] }[];
    };
    return resources.flatMap(({ type, name, instances }) =>
      instances.map(({ attributes }) => ({ address: `${type}.${name}`, id: attributes.id })),
    );
  }

  async forget(address: Address): Promise<void> {
    await this.answer('state rm', [address]);
  }

  /** Runs a command of one or two words. @returns standard output */
  private async answer(command: string, args: readonly string[], interrupts?: readonly AbortSignal[]): Promise<string> {
    const { code, stdout, stderr } = await this.run([...command.split(' '), ...args], undefined, interrupts);
    if (code !== 0) throw this.failure(command, [], stderr);
    return stdout;
  }

  private async events(
    [command = '', ...args]: readonly string[],
    onMessage: (message: Message) => void,
  ): Promise<void> {
    const diagnostics: Diagnostic[] = [];
    const other: string[] = [];
    const { code, stderr } = await this.run([command, '-json', ...args], (line) => {
      const message = parse(line);
      if (!message) return void other.push(line);
      if (message.diagnostic?.severity === 'error') diagnostics.push(message.diagnostic);
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
 * The environment without variables that give Terraform another state or other options, and without those that Docker's command line
 * ignores for an engine on this machine.
 */
function inherited(): NodeJS.ProcessEnv {
  const leading = /^(TF_(WORKSPACE|DATA_DIR|CLI_ARGS\w*)|DOCKER_(CONTEXT|CERT_PATH|TLS_VERIFY|TLS))$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !leading.test(name)));
}

interface Target {
  readonly resource: { readonly addr: string };
  readonly action: Action;
}

/** The fields of Terraform's machine-readable output that are read here. */
interface Message {
  readonly type: string;
  readonly change?: Target;
  readonly hook?: Target;
  readonly diagnostic?: Diagnostic;
}

function parse(line: string): Message | undefined {
  try {
    const message = JSON.parse(line) as Message | null;
    return typeof message?.type === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}

const eventTypes: Readonly<Record<string, TerraformEvent['type']>> = {
  apply_start: 'began',
  apply_complete: 'ended',
  apply_errored: 'failed',
};
