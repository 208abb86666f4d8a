import { product } from '../../config/product.js';
import { productFaults } from '../../infra/product-faults.js';
import { stageFaults, stageOf } from '../../infra/stage.js';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { settingsOrExit } from '../../platform/settings/entry.js';
import { Screen } from '../cli/screen.js';
import { exitCodes, listenForStop, type StopSignalName } from '../cli/stop-requests.js';
import type { CommandContext } from './command-context.js';
import type { CommandName, Request } from './command-line.js';
import { Engine, EngineRefused } from './engine.js';
import { explainTerraform } from './explain-terraform.js';
import { StageData } from './stage-data.js';
import { lockStage } from './stage-lock.js';
import { TerraformFailed } from './terraform.js';

/** `npm run plan | deploy | destroy | status | logs | backup | restore`. @returns the exit code */
export async function runCommand(request: Request): Promise<number> {
  const settings = settingsOrExit(product, {
    optional: ['POSTGRES_PASSWORD'],
    faults: (given) => [
      ...stageFaults(given),
      ...(starting.has(request.command) ? productFaults(given, stageOf(given)) : []),
    ],
  });
  const stage = stageOf(settings);
  const screen = new Screen(process.stdout, process.env, process.stderr);
  const engine = new Engine();
  const { interrupts, exitCode, isUnread } = interruptions(screen, request.command);
  const context = { settings, stage, screen, engine, data: new StageData(engine, stage), interrupts };
  let release = () => {};
  try {
    if (changing.has(request.command)) release = await lockStage(stage, request.command);
    return Number((await run(request, context)) ?? 0);
  } catch (error) {
    if (!interrupts[0].aborted) {
      screen.error(messageOf(error));
      return 1;
    }
    // An interrupted command fails in many ways, which need no report.
    if (!isUnread()) screen.error(['Stopped.', stopped[request.command]].filter(Boolean).join(' '));
    return exitCode();
  } finally {
    release();
  }
}

/** Commands that a closed output stops like Ctrl-C, as in `npm run deploy | head`: running work ends cleanly. */
const orderly: ReadonlySet<CommandName> = new Set(['deploy', 'destroy', 'backup', 'restore']);

/** Commands that start the product, or show what that would do: the team must have supplied its settings and secrets. */
const starting: ReadonlySet<CommandName> = new Set(['plan', 'deploy', 'restore']);

/** Commands that lock the stage's folder, because they use Terraform there. */
const changing: ReadonlySet<CommandName> = new Set(['plan', 'deploy', 'destroy', 'restore']);

type Texts = Readonly<Partial<Record<CommandName, string>>>;
const terraformStops =
  'Stopping after the running operations, then saving the state. Press Ctrl-C again to stop immediately.';
/** Shown at Ctrl-C. */
const stopping: Texts = {
  plan: 'Stopping.',
  deploy: terraformStops,
  destroy: terraformStops,
  status: 'Stopping.',
  backup: 'Stopping: the incomplete backup is removed.',
  restore: terraformStops,
};
/** Shown at the end. */
const stopped: Texts = {
  plan: 'Nothing was changed.',
  deploy: 'Completed changes stay; npm run deploy continues from there.',
  destroy: 'Completed changes stay; npm run destroy continues from there.',
  backup: 'No backup was created.',
  restore: 'npm run status shows the stage; if the data is restored, npm run deploy continues from there.',
};

/**
 * Loads only the requested command: CDK for Terraform takes longer to load than `status` to run.
 * @returns the exit code, if not 0
 */
async function run(request: Request, context: CommandContext): Promise<unknown> {
  switch (request.command) {
    case 'plan':
      return (await import('./deploy.js')).plan(context, request);
    case 'status':
      return (await import('./status.js')).status(context, request);
    case 'deploy':
      return (await import('./deploy.js')).deploy(context, request);
    case 'destroy':
      return (await import('./destroy.js')).destroy(context, request);
    case 'logs':
      return (await import('./logs.js')).logs(context, request);
    case 'backup':
      return (await import('./backup.js')).backup(context, request);
    case 'restore':
      return (await import('./restore.js')).restore(context, request);
  }
}

/** Signals that Ctrl-C aborts, and the exit code for it. */
function interruptions(screen: Screen, command: CommandName) {
  const [first, second] = [new AbortController(), new AbortController()];
  let by: StopSignalName = 'SIGINT';
  const stop = listenForStop(orderly.has(command) ? 'SIGINT' : 'SIGPIPE');
  void stop.first.then((signal) => {
    by = signal;
    const text = stopping[command];
    if (text) screen.line(text);
    void stop.again().then(() => second.abort());
    first.abort();
  });
  return {
    interrupts: [first.signal, second.signal] as const,
    exitCode: () => exitCodes[by],
    isUnread: () => by === 'SIGPIPE',
  };
}

function messageOf(error: unknown): string {
  if (error instanceof TerraformFailed) return explainTerraform(error);
  if (error instanceof CommandFault || error instanceof EngineRefused) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Exits once the output is written, even if a stopped command left something open. */
export async function exitAfterOutput(): Promise<never> {
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
  process.exit();
}
