import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { product } from '../../../../config/product.js';
import { apiKeyPath } from '../../../../infra/secrets.js';
import { fixtureCatalogue } from '../../../../platform/testing/fixtures/catalogue.js';
import { createContract, withinContract } from '../../../../platform/testing/support/contract.js';
import { until } from '../../../../platform/testing/support/until.js';
import type { TestStage } from './commands.js';

/** The fields of a run that the tests read. */
export interface Run {
  readonly id: string;
  readonly status: string;
  readonly workflowId: string;
}

/** Pause between two rounds of a caller, in milliseconds. */
const betweenCallsMs = 50;

const contract = createContract({ product, catalogue: fixtureCatalogue });

/** Calls a stage's API with its first key. */
export class ApiClient {
  /** Whether the stage runs the current version, whose contract the responses have to keep. */
  isCurrent = true;

  constructor(private readonly stage: Pick<TestStage, 'api' | 'stage' | 'sql'>) {}

  /** The current first key. */
  get key(): string {
    return readFileSync(apiKeyPath(this.stage.stage), 'utf8');
  }

  /** Calls with the first or another key, and checks the response of the current version against the contract. */
  call(path: string, init: RequestInit = {}, key = this.key): Promise<Response> {
    const fetched = (target: string, options?: RequestInit) => fetch(`${this.stage.api}${target}`, options);
    const send = this.isCurrent ? withinContract(fetched, contract) : fetched;
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${key}`);
    return send(path, { ...init, headers });
  }

  /** @throws {Error} the API rejects the request */
  async post(path: string, body: unknown): Promise<Run> {
    const response = await this.call(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Run;
  }

  run = async (id: string): Promise<Run> => (await this.call(`/v1/runs/${id}`)).json() as Promise<Run>;

  /** Starts a run with these headers. @returns the address of the caller in the audit log @throws {Error} the API did not accept it */
  async recordedAddress(headers: Record<string, string>): Promise<string> {
    const start = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: '{"name":"Ada"}',
    };
    const answer = await this.call('/v1/workflows/hello/start', start);
    if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
    const { id } = (await answer.json()) as Run;
    return this.stage.sql(`SELECT address FROM audit_log WHERE run_id = '${id}'`);
  }

  /** Starts a run that waits for a decision, and returns when it is running. */
  async startWaiting(): Promise<Run> {
    let run = await this.post('/v1/workflows/vote/start', { subject: 'waits', deadline: '24 hours' });
    await until(`run ${run.id} is running`, async () => {
      run = await this.run(run.id);
      return run.status !== 'pending';
    });
    return run;
  }

  /**
   * Approves a waiting run and returns when it has ended. Temporal tries the workflow's last worker first, for longer than one call
   * waits: then the update is unconfirmed, and is sent again if the run is still running.
   */
  async approve(id: string): Promise<Run> {
    let run = await this.run(id);
    const hasEnded = async () => {
      run = await this.run(id);
      return run.status !== 'running';
    };
    await until(`run ${id} ends`, async () => {
      await this.post(`/v1/runs/${id}/updates/decide`, { decision: 'approved', decidedBy: 'Ada' }).catch(
        (error: Error) => {
          if (!/update-unconfirmed|update-rejected|run-ended|run-pending/.test(error.message)) throw error;
        },
      );
      return until(`run ${id} ends`, hasEnded, 2_000).then(
        () => true,
        () => false,
      );
    });
    return run;
  }

  /**
   * Calls `onState` for each event of a run's stream until the run has ended, one after another.
   * @throws {Error} no event for 30 s
   */
  async follow(id: string, onState: (run: Run) => Promise<unknown>): Promise<void> {
    const silence = new AbortController();
    const watch = () => setTimeout(() => silence.abort(new Error('No event for 30 s')), 30_000);
    let timer = watch();
    try {
      const { status, body } = await this.call(`/v1/runs/${id}/events`, { signal: silence.signal });
      if (status !== 200 || !body) throw new Error(`The API responded with ${status} instead of a stream`);
      let text = '';
      for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
        clearTimeout(timer);
        text += chunk;
        const events = text.split('\n\n');
        text = events.pop() ?? '';
        for (const event of events) {
          const data = /^data: (.*)$/m.exec(event)?.[1];
          if (data !== undefined) await onState(JSON.parse(data) as Run);
        }
        timer = watch();
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Reads a run and starts others, in turn, until the signal aborts. @returns the number of each kind of response */
  async callUntil(signal: AbortSignal, id: string, callers: number): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    const start = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"name":"Ada"}' };
    const paths = [[`/v1/runs/${id}`], ['/v1/workflows/hello/start', start]] as const;
    const caller = async () => {
      while (!signal.aborted) {
        // Without a pause, the stage would accept more runs than it can execute in time.
        await delay(betweenCallsMs);
        for (const [path, init] of paths) {
          const answer = await answerOf(this.call(path, init));
          counts.set(answer, (counts.get(answer) ?? 0) + 1);
        }
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
    return counts;
  }
}

const answerOf = (call: Promise<Response>): Promise<string> =>
  call.then(
    async (response) => {
      await response.text();
      return `${response.status}${response.headers.has('retry-after') ? ' with Retry-After' : ''}`;
    },
    (error: Error) => `no response: ${error.cause ?? error}`,
  );
