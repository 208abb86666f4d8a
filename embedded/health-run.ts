import { setTimeout as sleep } from 'node:timers/promises';
import { type ComponentHealth, type HealthReport, healthCheck } from '../workflows/health-check/definition.js';

const pollMs = 200;
/** Longest time the whole may take, in milliseconds. The API's first answer comes after ten seconds at the latest. */
const boundMs = 30_000;

/** What of a run's representation is read here. */
interface RunAnswer {
  readonly id: string;
  readonly status: string;
  readonly result: unknown;
  readonly workflowId: string;
  readonly temporalRunId: string | null;
}

/** How the health check went. */
export interface HealthRun {
  /** It completed, and found every component well. */
  readonly ok: boolean;
  /** The report, or what went wrong; for people. */
  readonly lines: readonly string[];
  /** Path of the run in Temporal's UI; absent when there is no run. */
  readonly uiPath?: string;
}

/** Runs the health-check workflow through the API, as any client would, with this key where one is needed. Never rejects: what goes wrong is the result. */
export async function runHealthCheck(apiUrl: string, namespace: string, token: string | undefined): Promise<HealthRun> {
  const startedAt = performance.now();
  try {
    const run = await execute(apiUrl, token === undefined ? {} : { authorization: `Bearer ${token}` });
    const uiPath = pathInUi(run, namespace);
    if (run.status !== 'completed') return { ok: false, uiPath, lines: [`run ${run.id} is ${run.status}`] };
    const report = run.result as HealthReport;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const components = Object.entries(report.components).map(([name, health]) => describe(name, health));
    return { ok: report.status === 'ok', uiPath, lines: [`${report.status} (${seconds} s)`, ...components] };
  } catch (error) {
    return { ok: false, lines: [error instanceof Error ? error.message : String(error)] };
  }
}

async function execute(apiUrl: string, authorization: Readonly<Record<string, string>>): Promise<RunAnswer> {
  const signal = AbortSignal.timeout(boundMs);
  const headers = { ...authorization, 'content-type': 'application/json' };
  const url = `${apiUrl}/v1/workflows/${healthCheck.name}/execute?wait=10s`;
  let run = await read(fetch(url, { method: 'POST', headers, body: '{}', signal }));
  while (run.status === 'pending' || run.status === 'running') {
    const { id, status } = run;
    await sleep(pollMs, undefined, { signal }).catch((cause: unknown) => {
      throw new Error(`run ${id} is still ${status} after ${boundMs / 1000} s`, { cause });
    });
    run = await read(fetch(`${apiUrl}/v1/runs/${id}`, { headers: authorization, signal }));
  }
  return run;
}

async function read(answer: Promise<Response>): Promise<RunAnswer> {
  const response = await answer;
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as RunAnswer;
  throw new Error(`the API answered ${response.status}: ${text.slice(0, 1000)}`);
}

function pathInUi({ workflowId, temporalRunId }: RunAnswer, namespace: string): string {
  const workflow = `/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
  return temporalRunId ? `${workflow}/${temporalRunId}/history` : workflow;
}

function describe(name: string, { state, latencyMs, version, detail, error }: ComponentHealth): string {
  const facts = [
    latencyMs === undefined ? [] : [`${latencyMs} ms`],
    version ? [`version ${version}`] : [],
    Object.entries(detail ?? {}).map(([key, value]) => `${key} ${value}`),
    error ? [error] : [],
  ];
  return `${name.padEnd(10)}${state.padEnd(6)}${facts.flat().join(', ')}`;
}
