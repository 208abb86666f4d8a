import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFault } from '../../platform/errors/command-fault.js';
import {
  type ComponentHealth,
  type HealthReport,
  healthCheck,
} from '../../platform/workflows/health-check/definition.js';
import { logEnd } from './readiness.js';

const pollMs = 200;
/** Limit for the whole health check, in milliseconds; the workflow has the same. */
const boundMs = 60_000;

interface RunAnswer {
  readonly id: string;
  readonly status: string;
  readonly result: unknown;
  readonly workflowId: string;
  readonly temporalRunId: string | null;
}

export interface HealthRunOptions {
  readonly apiUrl: string;
  readonly namespace: string;
  /** API key; `undefined` if callers need none. */
  readonly token: string | undefined;
  /** Logs of API and worker; their ends are shown if the health check does not complete. */
  readonly logFiles: readonly string[];
}

export type HealthRun = Awaited<ReturnType<typeof runHealthCheck>>;

/**
 * Runs the health check workflow through the API, as any client does.
 * @throws {CommandFault} the API rejected it, the run failed, or it did not end within 60 s
 */
export async function runHealthCheck({ apiUrl, namespace, token, logFiles }: HealthRunOptions) {
  try {
    const run = await execute(apiUrl, token === undefined ? {} : { authorization: `Bearer ${token}` });
    if (run.status !== 'completed') throw new Error(`its run ${run.id} is ${run.status}`);
    const { status, components } = run.result as HealthReport;
    const entries = Object.entries(components);
    return {
      status,
      /** Names of the components that do not work. */
      failing: entries.filter(([, { state }]) => state !== 'ok').map(([name]) => name),
      components: entries.map(([name, health]) => describe(name, health)),
      uiPath: pathInUi(run, namespace),
    };
  } catch (error) {
    const why = error instanceof Error ? describeError(error) : String(error);
    throw new CommandFault(`The health check did not complete: ${why}.${logFiles.map(logEnd).join('\n')}`, {
      code: 'health-check-incomplete',
      cause: error,
    });
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
      throw new Error(`its run ${id} is still ${status} after ${boundMs / 1000} s`, { cause });
    });
    run = await read(fetch(`${apiUrl}/v1/runs/${id}`, { headers: authorization, signal }));
  }
  return run;
}

/** @throws {Error} with the code and the detail of the API's problem document */
async function read(answer: Promise<Response>): Promise<RunAnswer> {
  const response = await answer;
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as RunAnswer;
  throw new Error(`the API answered ${response.status} ${problemOf(text)}`);
}

function problemOf(text: string): string {
  try {
    const { code, detail } = JSON.parse(text) as { code?: string; detail?: string };
    return [code, detail].filter((part) => part !== undefined).join(': ');
  } catch {
    return text.slice(0, 300);
  }
}

/** The error of Node's fetch has the reason in its cause. */
function describeError(error: Error): string {
  if (error.name === 'TimeoutError') return `the API did not answer within ${boundMs / 1000} s`;
  const { cause } = error;
  return cause instanceof Error && error.message === 'fetch failed'
    ? `${error.message}: ${cause.message}`
    : error.message;
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
