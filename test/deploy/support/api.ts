import { setTimeout as delay } from 'node:timers/promises';

/** A run as the API tells of it, as far as these tests look at it. */
export interface Run {
  readonly id: string;
  readonly status: string;
  readonly workflowId: string;
}

/** Between two rounds of a caller, in milliseconds. */
const betweenCallsMs = 50;

/** What the tests ask of a stage's API, at its address. */
export class ApiClient {
  constructor(private readonly address: string) {}

  /** @throws when it is refused, with the answer */
  async post(path: string, body: unknown): Promise<Run> {
    const response = await fetch(`${this.address}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Run;
  }

  run = async (id: string): Promise<Run> => (await fetch(`${this.address}/v1/runs/${id}`)).json() as Promise<Run>;

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
          const answer = await answerOf(fetch(`${this.address}${path}`, init));
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
