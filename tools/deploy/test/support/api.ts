import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { apiKeyPath } from '../../../../infra/secrets.js';
import { withinContract } from '../../../../platform/testing/support/contract.js';
import type { TestStage } from './commands.js';

/** A run as the API tells of it, as far as these tests look at it. */
export interface Run {
  readonly id: string;
  readonly status: string;
  readonly workflowId: string;
}

/** Between two rounds of a caller, in milliseconds. */
const betweenCallsMs = 50;

/** What the tests ask of a stage's API, at its address, with its first key. */
export class ApiClient {
  constructor(private readonly stage: Pick<TestStage, 'api' | 'stage'>) {}

  /** The key that the stage has now. */
  get key(): string {
    return readFileSync(apiKeyPath(this.stage.stage), 'utf8');
  }

  /** Calls with the key, or with another one; what is answered is held against the contract. */
  call(path: string, init: RequestInit = {}, key = this.key): Promise<Response> {
    const ask = withinContract((target, options) => fetch(`${this.stage.api}${target}`, options));
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${key}`);
    return ask(path, { ...init, headers });
  }

  /** @throws when it is refused, with the answer */
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

  /** Starts a run that waits for a decision, a day at the most, and returns when it runs, or a minute has passed. */
  async startWaiting(): Promise<Run> {
    const deadline = Date.now() + 60_000;
    let run = await this.post('/v1/workflows/approval/start', { subject: 'waits', deadline: '1 day' });
    while (run.status === 'pending' && Date.now() < deadline) run = await this.run(run.id);
    return run;
  }

  /**
   * Lets a waiting run go on, and waits until it has ended, or a minute has passed. Temporal looks for the worker that last had the
   * workflow before it takes another, longer than one call waits: then the answer is that the workflow may have taken it or not, and
   * whoever sent it looks, and sends it again.
   */
  async approve(id: string): Promise<Run> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      await this.post(`/v1/runs/${id}/updates/decide`, { decision: 'approved', decidedBy: 'Ada' }).catch(
        (error: Error) => {
          if (!/update-unconfirmed|update-rejected|run-ended|run-pending/.test(error.message)) throw error;
        },
      );
      const lookUntil = Date.now() + 2_000;
      let run = await this.run(id);
      while (run.status === 'running' && Date.now() < lookUntil) run = await this.run(id);
      if (run.status !== 'running' || Date.now() > deadline) return run;
    }
  }

  /**
   * The states of a run as its stream of events tells them, from now until it has ended. Between two of them `onState` is done.
   * @throws when nothing comes for half a minute
   */
  async follow(id: string, onState: (run: Run) => Promise<unknown>): Promise<void> {
    const silence = new AbortController();
    const watch = () => setTimeout(() => silence.abort(new Error('The stream told nothing for 30 s')), 30_000);
    let timer = watch();
    try {
      const { status, body } = await this.call(`/v1/runs/${id}/events`, { signal: silence.signal });
      if (status !== 200 || !body) throw new Error(`The stream was answered with ${status}`);
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

  /** Reads a run and starts others, in turn, until told to stop. @returns how often each answer came, in a few words each */
  async callUntil(signal: AbortSignal, id: string, callers: number): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    const start = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"name":"Ada"}' };
    const paths = [[`/v1/runs/${id}`], ['/v1/workflows/greet/start', start]] as const;
    const caller = async () => {
      while (!signal.aborted) {
        // Accepting is so much quicker than running that the stage would be busy with them long after.
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
    (error: Error) => `no answer: ${error.cause ?? error}`,
  );
