import { cpSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unlessAborted } from '../../../platform/retry/unless-aborted.js';
import { projectRoot } from '../../../platform/settings/project.js';
import { openRun, type Run } from '../../start/open-run.js';
import { loopbackPorts, planPorts } from '../../start/ports.js';
import { type Apps, startApps } from './apps.js';
import { buildBundle } from './bundle.js';
import { type Check, checkAll } from './checks.js';
import { sendStarts } from './client.js';
import { converge } from './converge.js';
import { metPoints } from './crashes.js';
import { preferMemory } from './data-place.js';
import { guards } from './guards.js';
import type { End, Kept } from './kept-process.js';
import { killAtRandom } from './killer.js';
import { openLedger } from './ledger.js';
import type { Options } from './options.js';
import { planPoints, points } from './points.js';
import { createRandom } from './random.js';
import { type Servers, startServers } from './servers.js';
import { openTemporalCount } from './temporal-count.js';

/** Away from the ports of the platform and of the other tests. */
const firstPorts = {
  postgres: 26_432,
  temporal: 26_733,
  temporalUi: 26_833,
  api1: 26_300,
  api2: 26_310,
  worker: 26_320,
};
type PortName = keyof typeof firstPorts;

/** Where the logs of a round that failed are kept; chosen before the data's place is. */
const keptLogs = tmpdir();

/** Time that everything has to come to its end once nothing is killed any more, in milliseconds. */
const convergeMs = 120_000;
/** The same with a guard away: what it guards never comes. */
const convergeWithoutMs = 30_000;

/** Between two lines about how far it is. */
const progressMs = 10_000;

type RoundOptions = Omit<Options, 'times'> & { readonly say: (line: string) => void; readonly signal: AbortSignal };

/** Starts everything, kills and starts it again while runs are started, and looks at what has come of them. @returns the facts */
export async function playRound(options: RoundOptions): Promise<Check[]> {
  const { say } = options;
  const ports = await planPorts(loopbackPorts(firstPorts));
  preferMemory();
  const run = await openRun({ projectRoot, folder: undefined, ephemeral: true });
  let checks: Check[] | undefined;
  try {
    checks = await unlessAborted(play(options, run, ports.ports), options.signal);
    return checks;
  } finally {
    if (!checks || checks.some(({ fault }) => fault !== undefined)) {
      const kept = join(keptLogs, `atlas-kill-${options.seed}`);
      rmSync(kept, { recursive: true, force: true });
      cpSync(run.data.logs, kept, { recursive: true });
      say(`The logs are kept in ${kept}`);
    }
    await run.supervisor.abortAll();
    ports.release();
  }
}

async function play(options: RoundOptions, run: Run, ports: Readonly<Record<PortName, number>>): Promise<Check[]> {
  const { scale, seed, without, say, signal } = options;
  const [planStream, clientStream, killerStream] = [1, 2, 3];
  const plan = planPoints(scale.runs, scale.occasions, createRandom(seed, planStream));
  const metFolder = join(run.data.root, 'met');
  const ends: End[] = [];
  const onEnd = (end: End) => {
    ends.push(end);
    say(describeEnd(end, metFolder));
  };
  say(`${scale.runs} runs, seed ${seed}${without ? `, and ${guards[without]}` : ''}`);

  const [servers, bundle] = await Promise.all([startServers(run, ports, onEnd), buildBundle(run.data.root)]);
  const ledger = await openLedger(ports.postgres, { uniqueEffects: without !== 'effect-key' });
  const temporal = openTemporalCount(ports.temporal);
  const apps = await startApps({ run, ports, bundle, plan, metFolder, without, onEnd });
  const kept = [...Object.values<Kept>({ ...apps }), ...Object.values<Kept>({ ...servers })];
  const failed = Promise.race(kept.map((one) => one.failed));
  const killing = new AbortController();
  const played = new AbortController();
  try {
    say('PostgreSQL, Temporal, two APIs and a worker are started');
    return await Promise.race([failed, playOn()]);
  } finally {
    killing.abort();
    played.abort();
    for (const one of kept) one.stop();
    await ledger.close();
    await temporal.close();
  }

  async function playOn(): Promise<Check[]> {
    const client = sendStarts({
      apis: [`http://127.0.0.1:${ports.api1}`, `http://127.0.0.1:${ports.api2}`],
      starts: scale.runs,
      spreadMs: scale.spreadMs,
      random: createRandom(seed, clientStream),
      signal,
    });
    const killed = killAtRandom({
      victims: victimsOf(apps, servers),
      pauseMs: scale.pauseMs,
      ...(scale.killsOfEach !== undefined && { killsOfEach: scale.killsOfEach }),
      random: createRandom(seed, killerStream),
      signal: AbortSignal.any([signal, killing.signal]),
    });
    const progress = setInterval(() => {
      ledger.count('runs WHERE ended_at IS NOT NULL').then(
        (ended) => say(`${client.accepted()} accepted, ${ended} ended`),
        () => {},
      );
    }, progressMs);
    played.signal.addEventListener('abort', () => clearInterval(progress), { once: true });
    const sent = await client.finished;
    killing.abort();
    await killed;
    say(`${client.accepted()} starts were accepted; from now on nothing is killed at random`);
    const boundMs = without ? convergeWithoutMs : convergeMs;
    const ended = await converge({ ledger, temporal, runs: scale.runs, boundMs, signal });
    say(ended ? 'Every run has ended, and nothing moves any more' : 'Not every run has ended in time');
    const executions = await temporal.byWorkflowId();
    return checkAll({ runs: scale.runs, sent, ended, executions, ledger, plan, metFolder, ends });
  }
}

const victimsOf = ({ api1, api2, worker }: Apps, { postgres, temporal }: Servers) =>
  [api1, api2, worker, temporal, postgres] as const;

function describeEnd({ name, pid, exit, asked }: End, metFolder: string): string {
  if (exit.signal !== 'SIGKILL') return `${name} ended by itself: ${exit.signal ?? `code ${exit.code}`}`;
  const met = metPoints(metFolder).findLast((one) => one.pid === pid && !points[one.point].includes('held up'));
  if (asked || !met) return `${name} is killed, at random`;
  return `${name} is killed: run ${met.number}, ${met.point}`;
}
