import { existsSync } from 'node:fs';
import { withPort } from '../../infra/exposure.js';
import { apiKeyPath } from '../../infra/secrets.js';
import { stagePartsOf } from '../../infra/stage-configuration.js';
import { acceptsKeys } from '../../platform/settings/authentication.js';
import { services } from '../../platform/settings/names.js';
import type { CommandContext } from './command-context.js';
import type { Options } from './command-line.js';
import type { ContainerState } from './container-state.js';

/** Shows each container of the stage. @returns the exit code: 0 if all are healthy @throws {CommandFault} */
export async function status(context: CommandContext, { json }: Options<'status'>): Promise<number> {
  const { engine, stage, settings, screen } = context;
  const found = new Map((await engine.containersOf(stage.name)).map((container) => [container.part, container]));
  const expected = found.size === 0 ? [] : stagePartsOf(settings);
  const parts = [...expected, ...[...found.keys()].filter((part) => !expected.includes(part))];
  const rows = parts.map((part) => statusOf(part, found.get(part)));
  const allGood = rows.length > 0 && rows.every(({ good }) => good);
  const hasKey = acceptsKeys(stage.authentication) && existsSync(apiKeyPath(stage));
  const keyFile = hasKey ? apiKeyPath(stage) : undefined;
  if (json) {
    const report = {
      stage: stage.name,
      healthy: allGood,
      apiKeyFile: keyFile,
      parts: rows.map(({ good, since, ...row }) => ({ ...row, healthy: good, since: since?.toISOString() })),
    };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return allGood ? 0 : 1;
  }
  if (rows.length === 0) {
    screen.error(`The stage ${stage.name} is not deployed: run npm run deploy`);
    return 1;
  }
  screen.columns(
    ['part', 'state', 'version', 'uptime', 'address'],
    rows.map(({ part, state, good, version, since, addresses }) => [
      part,
      screen.paint(good ? 'green' : 'red', state),
      version,
      since ? age(since) : '',
      addresses.join(', '),
    ]),
  );
  if (keyFile !== undefined) screen.line(`\nThe API's first key: ${keyFile}`);
  if (!allGood) screen.error('Not all parts are healthy: npm run logs -- PART shows why, npm run deploy repairs them');
  return allGood ? 0 : 1;
}

const webParts: readonly string[] = [services.proxy, services.temporalUi, services.uiLogin];

function statusOf(part: string, container: ContainerState | undefined) {
  if (!container) return { part, state: 'missing', good: false, version: '', since: undefined, addresses: [] };
  const { status: state, health, exitCode, isJob, image, startedAt, finishedAt, published } = container;
  const running = state === 'running';
  const done = isJob && state === 'exited' && exitCode === 0;
  const scheme = webParts.includes(part) ? 'http://' : '';
  return {
    part,
    /** `healthy`, `done` for a successful job, or the problem. */
    state: done ? 'done' : running ? (health ?? 'running') : `${state}${state === 'exited' ? ` (${exitCode})` : ''}`,
    good: done || (running && (health === undefined || health === 'healthy')),
    version: image.split(':').at(-1)?.split('@')[0] ?? '',
    /** Time of its start, or of its end. */
    since: running ? startedAt : state === 'exited' ? finishedAt : undefined,
    addresses: running ? published.map(({ host, port }) => `${scheme}${withPort(host, port)}`) : [],
  };
}

/** Such as `4 min`. */
function age(since: Date): string {
  const seconds = Math.max(0, Math.round((Date.now() - since.getTime()) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
