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

/** Away from the ports of the platform and of other tests. */
const firstPorts = {
  postgres: 26_432,
  temporal: 26_733,
  temporalUi: 26_833,
  api1: 26_300,
  api2: 26_310,
  worker: 26_320,
};
type PortName = keyof typeof firstPorts;

/** Folder for the logs of failed rounds, determined before TMPDIR changes. */
const keptLogs = tmpdir();

/** Time for all runs to end after the last kill, in milliseconds. */
const convergeMs = 120_000;
/** The same without a guard, when some runs never end. */
const convergeWithoutMs = 30_000;

/** Interval of progress messages. */
const progressMs = 10_000;

type RoundOptions = Omit<Options, 'times'> & { readonly say: (line: string) => void; readonly signal: AbortSignal };

/** Starts runs while it kills and restarts processes, then checks the results. @returns the facts */
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
    if (!options.signal.aborted && (!checks || checks.some(({ fault }) => fault !== undefined))) {
      const kept = join(keptLogs, `atlas-kill-${options.seed}`);
      rmSync(kept, { recursive: true, force: true });
      cpSync(run.data.logs, kept, { recursive: true });
      say(`Logs: ${kept}`);
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
    say('PostgreSQL, Temporal, two APIs and a worker are ready');
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
    say(`${client.accepted()} starts accepted; stopped random kills`);
    const boundMs = without ? convergeWithoutMs : convergeMs;
    const ended = await converge({ ledger, temporal, runs: scale.runs, boundMs, signal });
    say(ended ? 'Every run has ended' : 'Some runs have not ended in time');
    const executions = await temporal.byWorkflowId();
    return checkAll({ runs: scale.runs, sent, ended, executions, ledger, plan, metFolder, ends });
  }
}

const victimsOf = ({ api1, api2, worker }: Apps, { postgres, temporal }: Servers) =>
  [api1, api2, worker, temporal, postgres] as const;

function describeEnd({ name, pid, exit, asked }: End, metFolder: string): string {
  if (exit.signal !== 'SIGKILL') return `${name} exited: ${exit.signal ?? `code ${exit.code}`}`;
  const met = metPoints(metFolder).findLast((one) => one.pid === pid && !points[one.point].includes('held up'));
  if (asked || !met) return `killed ${name} at random`;
  return `killed ${name}: run ${met.number}, ${met.point}`;
}
