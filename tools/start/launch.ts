import { join } from 'node:path';
import { AddressUnavailable } from '../../platform/http/listen.js';
import { projectRoot } from '../../platform/settings/project.js';
import type { Environment } from '../../platform/settings/settings.js';
import { isFree } from '../cli/port-free.js';
import { type Screen, seconds, timed } from '../cli/screen.js';
import { exitCodes, type StopRequests, type StopSignalName } from '../cli/stop-requests.js';
import type { StartOptions } from './args.mjs';
import { Bundler } from './bundler.js';
import { type DataFolder, diskRemark } from './data-folder.js';
import { type EmbeddedSettings, type PortName, portRequests } from './embedded-settings.js';
import { envFilePath, WatchedEnvironment } from './env-change.js';
import { followLogs } from './follow-logs.js';
import { type HealthRun, runHealthCheck } from './health-run.js';
import { inspectorUrl, requireInspectorPorts } from './inspector.js';
import { openRun, type Run } from './open-run.js';
import { type Platform, startPlatform } from './platform.js';
import { type PortPlan, type PortRequest, planPorts } from './ports.js';
import { ServiceDied } from './readiness.js';
import { reloadOnChange } from './reload.js';

/** Another program may take a port after the check and before the start: then the launch is repeated with other ports. */
const attempts = 3;

export interface LaunchOptions {
  readonly options: StartOptions;
  readonly settings: EmbeddedSettings;
  readonly env: Environment;
  readonly screen: Screen;
  readonly stop: StopRequests;
}

/** Runs the platform from its start to its end. @returns the exit code */
export async function launch(options: LaunchOptions): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const { exitCode, portLost } = await attemptLaunch(options);
    if (!portLost || attempt === attempts) return exitCode;
    options.screen.warn('Another program took a port in the meantime: starting again');
  }
}

type State = { run?: Run; plan?: PortPlan<PortName>; ready: boolean };

/** @returns `portLost`: another program took one of the planned ports */
async function attemptLaunch(options: LaunchOptions): Promise<{ exitCode: number; portLost?: boolean }> {
  const { screen, stop } = options;
  const giveUp = new AbortController();
  const state: State = { ready: false };
  const interrupted = stop.first.then((signal) => ({ signal }));
  let failure: unknown;
  let exitCode = 1;
  let signal: StopSignalName | undefined;
  try {
    const end = await Promise.race([interrupted, runToTheEnd(options, state, giveUp.signal)]);
    signal = 'signal' in end ? end.signal : undefined;
    exitCode = 'signal' in end ? codeOfStop(end.signal, state.ready) : end.exitCode;
  } catch (error) {
    failure = error;
  }
  screen.stopSteps();
  if (failure) showFailure(screen, failure, state.run?.data);
  giveUp.abort();
  const hurry = state.run && (await stopRun(state.run, screen, signal, stop.again()));
  state.plan?.release();
  if (hurry) return { exitCode: exitCodes[hurry] };
  const requests = portRequests(options.settings, options.env);
  return { exitCode, portLost: isOfPort(failure) && (await isLost(state.plan, requests)) };
}

const titles: Record<string, string> = { postgres: 'PostgreSQL', temporal: 'Temporal', worker: 'Worker', api: 'API' };

/**
 * Stops everything that the run started, in reverse order, and shows each step.
 * @param signal - the signal that stops it; `undefined` if the run ended by itself
 * @param impatience - when it resolves, everything is killed
 * @returns the signal that `impatience` resolved with; `undefined` after an orderly stop
 */
async function stopRun(
  { supervisor }: Run,
  screen: Screen,
  signal: StopSignalName | undefined,
  impatience: Promise<StopSignalName>,
): Promise<StopSignalName | undefined> {
  let announced = false;
  supervisor.onStop = (report) => {
    const title = titles[report.service] ?? report.service;
    if (report.type === 'stopping') {
      if (!announced) screen.line(`Stopping. Press Ctrl-C ${signal === 'SIGINT' ? 'again ' : ''}to stop immediately`);
      announced = true;
    } else if (report.forced) screen.warn(`${title} did not stop in time and was killed (${seconds(report.ms)})`);
    else screen.line(`${title} stopped (${seconds(report.ms)})`);
  };
  let hurry: StopSignalName | undefined;
  void impatience.then((by) => {
    hurry = by;
    supervisor.onStop = () => undefined;
    screen.line('Stopping immediately');
    return supervisor.abortAll();
  });
  await supervisor.stopAll();
  return hurry;
}

/** A closed output is reported by the exit code even after "Ready": the user does not see the screen. */
const codeOfStop = (signal: StopSignalName, ready: boolean): number =>
  ready && signal !== 'SIGPIPE' ? 0 : exitCodes[signal];

/** Resolves after the health check with `--once`, otherwise never. Rejects when something fails or exits. */
async function runToTheEnd(
  { options, settings, env, screen }: LaunchOptions,
  state: State,
  signal: AbortSignal,
): Promise<{ exitCode: number }> {
  const run = await openRun({
    projectRoot,
    folder: settings.ATLAS_DATA_DIR,
    ephemeral: options.ephemeral,
    onWait: () => screen.line('Stopping processes that an earlier start left behind'),
  });
  state.run = run;
  const services = ['worker', 'api'].map((service) => ({ service, file: join(run.data.logs, `${service}.log`) }));
  const logs = followLogs(services, screen, signal);
  if (options.inspect) await requireInspectorPorts();
  const plan = await planPorts(portRequests(settings, env));
  state.plan = plan;
  for (const { request, port } of plan.moved)
    screen.line(`Port ${request.port} is in use: ${request.title} uses ${port}`);
  const platform = await Promise.race([
    startPlatform({ settings, env, run, plan, screen, signal, reloadable: options.watch, inspect: options.inspect }),
    run.supervisor.lost,
  ]);
  const appDied = new Promise<never>((_, reject) => platform.apps.onDeath(reject));
  const died = Promise.race([appDied, platform.serverDied, run.supervisor.lost]);
  const check = runHealthCheck({
    apiUrl: platform.apps.api.url,
    namespace: settings.TEMPORAL_NAMESPACE,
    token: platform.firstKey?.token,
    logFiles: services.map(({ file }) => file),
  });
  const health = await checkHealth(screen, Promise.race([check, died]));
  showTable(screen, platform, health, run, options.inspect);
  state.ready = health.failing.length === 0;
  screen.line('');
  if (!state.ready) screen.error(`Not ready: ${health.failing.join(', ')} failed the health check. The logs say why`);
  if (options.once) return { exitCode: state.ready ? 0 : 1 };
  screen.line(`${state.ready ? `Ready in ${seconds(performance.now())}. ` : ''}Ctrl-C stops everything.`);
  logs.release(true);
  if (!options.watch) return died;
  const bundler = new Bundler(signal);
  const reloading = reloadOnChange({
    projectRoot,
    apps: platform.apps,
    bundle: () => bundler.build(),
    envFile: envFilePath(projectRoot, process.env),
    environment: new WatchedEnvironment(env),
    inspect: options.inspect,
    screen,
    logs,
    signal,
  });
  return Promise.race([reloading, platform.serverDied, run.supervisor.lost]);
}

async function checkHealth(screen: Screen, check: Promise<HealthRun>): Promise<HealthRun> {
  const { startedAt, result } = timed(check);
  screen.activity(() => `Health check ${seconds(performance.now() - startedAt)}`);
  const { value: health, ms } = await result.finally(() => screen.endActivity());
  const line = `Health check through API, worker and database: ${health.status} (${seconds(ms)})`;
  if (health.failing.length === 0) screen.done(line);
  else screen.warn(line);
  for (const component of health.components) screen.line(`  ${component}`);
  return health;
}

const debuggers = [
  ['API debugger', inspectorUrl('api')],
  ['Worker debugger', inspectorUrl('worker')],
] as const;

function showTable(
  screen: Screen,
  { apps, uiUrl, postgresUrl, passwordFile, firstKey }: Platform,
  health: HealthRun,
  run: Run,
  inspect: boolean,
): void {
  const addresses = { API: apps.api.url, 'Temporal UI': `${uiUrl}${health.uiPath}`, PostgreSQL: postgresUrl };
  run.supervisor.describe(addresses);
  const { root, logs, ephemeral } = run.data;
  screen.line('');
  const { API, ...others } = addresses;
  screen.table([
    ['API', API],
    ...(firstKey ? [['API key', `in ${firstKey.file}`] as const] : []),
    ['API reference', `${API}/docs`],
    ...Object.entries(others),
    ['', `password in ${passwordFile ?? 'POSTGRES_PASSWORD'}`],
    ['Data', ephemeral ? `${root} (removed at the end)` : root],
    ['Logs', logs],
    ...(inspect ? debuggers : []),
  ]);
}

const isOfPort = (failure: unknown): boolean => failure instanceof ServiceDied || failure instanceof AddressUnavailable;

/** Whether one of the planned ports is in use after everything of this run has stopped. */
async function isLost(plan: PortPlan<PortName> | undefined, requests: Record<PortName, PortRequest>): Promise<boolean> {
  for (const [name, port] of Object.entries(plan?.ports ?? {}))
    if (!(await isFree(requests[name as PortName].host, port))) return true;
  return false;
}

function showFailure(screen: Screen, failure: unknown, data: DataFolder | undefined): void {
  screen.error(describe(failure));
  const remark = data && diskRemark(data.root);
  if (remark) screen.line(remark);
  if (data?.ephemeral)
    screen.line('The logs are removed with the ephemeral data. To keep them, start without --ephemeral.');
}

/** The message of an error with a code is complete; other errors need their stack. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = 'code' in error ? error.message : (error.stack ?? error.message);
  return error.cause instanceof Error && !text.includes(error.cause.message) ? `${text}\n${error.cause.message}` : text;
}
