import { v7 as uuidV7 } from 'uuid';
import { RunEnded, RunNotFound, UpdateRejected } from '../../../errors/runs.js';
import type { Caller } from '../../../runs/caller.js';
import { isFinal, type Outcome, type Run } from '../../../runs/run.js';
import type { Runs } from '../../../runs/runs.js';
import { createValidation } from '../../../runs/validation.js';
import { fixtureCatalogue } from '../../fixtures/definitions.js';

/** Runs without PostgreSQL and Temporal, for what the API alone does. A run ends when `end` is called, or at once with `outcome`. */
export interface InMemoryRuns extends Runs {
  end(id: string, outcome: Outcome): void;
  /** Every call from now on throws this. */
  failWith(error: unknown): void;
}

const completed: Outcome = { status: 'completed', result: { greeting: 'Good day' } };

/** @param outcome - how each run ends as soon as it starts. @default - it stays `running` */
export function createInMemoryRuns(outcome?: Outcome): InMemoryRuns {
  const validation = createValidation(fixtureCatalogue);
  const runs = new Map<string, Run>();
  let failure: unknown;

  const guard = () => {
    if (failure !== undefined) throw failure;
  };
  const find = (id: string, caller?: Caller): Run => {
    guard();
    const run = runs.get(id);
    const isSeen = !caller || caller.seesAll || run?.caller === caller.name;
    if (!run || !isSeen) throw new RunNotFound(id);
    return run;
  };
  const findOpen = (caller: Caller, id: string): Run => {
    const run = find(id, caller);
    if (isFinal(run.status)) throw new RunEnded(id);
    return run;
  };
  const end = (id: string, how: Outcome): Run => {
    const run = find(id);
    const ended: Run = { ...run, ...how, endedAt: new Date(), updatedAt: new Date(), version: run.version + 1 };
    runs.set(id, ended);
    return ended;
  };
  const keys = new Map<string, string>();
  const start = async (caller: Caller, workflow: string, input: unknown, key?: string): Promise<Run> => {
    guard();
    validation.input(workflow, input);
    const known = keys.get(`${caller.name} ${key}`);
    if (known !== undefined) return find(known);
    const run = newRun(caller.name, workflow, input);
    if (key !== undefined) keys.set(`${caller.name} ${key}`, run.id);
    runs.set(run.id, run);
    return outcome ? end(run.id, outcome) : run;
  };

  return {
    start,
    async execute(caller, workflow, input, { ms }, key) {
      const { id } = await start(caller, workflow, input, key);
      const until = Date.now() + ms;
      while (!isFinal(find(id).status) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
      return find(id);
    },
    get: async (caller, id) => find(id, caller),
    async list(caller, { limit, cursor, workflow, status }) {
      guard();
      const older = [...runs.values()].reverse().filter((run) => {
        const isAskedFor = (workflow ?? run.workflow) === run.workflow && (status ?? [run.status]).includes(run.status);
        return (
          isAskedFor && (caller.seesAll || run.caller === caller.name) && (cursor === undefined || run.id < cursor)
        );
      });
      const page = older.slice(0, limit);
      const last = page.at(-1);
      return older.length > limit && last ? { runs: page, next: last.id } : { runs: page };
    },
    async history(caller, id) {
      find(id, caller);
      return { steps: [], truncated: false };
    },
    cancel: async (caller, id) => findOpen(caller, id),
    terminate: async (caller, id, reason = 'no reason') =>
      end(findOpen(caller, id).id, { status: 'terminated', failure: { code: 'run-terminated', message: reason } }),
    async signal(caller, id, signal, input) {
      validation.message(findOpen(caller, id).workflow, 'signal', signal, input);
    },
    async query(caller, id, query) {
      validation.query(find(id, caller).workflow, query);
      return { subject: 'Lunch', status: 'waiting', reminders: 0 };
    },
    async update(caller, id, update, input) {
      const run = findOpen(caller, id);
      validation.message(run.workflow, 'update', update, input);
      if (run.result !== null) throw new UpdateRejected('It has been decided');
      runs.set(id, { ...run, result: input });
      const { decision, ...given } = input as { decision: string };
      return { subject: 'Lunch', status: decision, reminders: 0, ...given };
    },
    end,
    failWith(error) {
      failure = error;
    },
  };
}

function newRun(caller: string, workflow: string, input: unknown): Run {
  const id = uuidV7();
  const now = new Date();
  return {
    id,
    workflow,
    status: 'running',
    caller,
    input,
    result: null,
    failure: null,
    workflowId: `${workflow}-${id}`,
    temporalRunId: uuidV7(),
    createdAt: now,
    updatedAt: now,
    startedAt: now,
    endedAt: null,
    version: 1,
  };
}

export const outcomes = {
  completed,
  failed: {
    status: 'failed',
    failure: { code: 'card-declined', message: 'The card was declined', activity: 'chargeCard', attempt: 3 },
  },
  cancelled: { status: 'cancelled', failure: { code: 'run-cancelled', message: 'Cancelled' } },
  terminated: { status: 'terminated', failure: { code: 'run-terminated', message: 'Terminated' } },
  timedOut: { status: 'timed-out', failure: { code: 'run-timed-out', message: 'Too slow' } },
  lost: { status: 'lost', failure: { code: 'run-lost', message: 'Unknown' } },
} as const satisfies Record<string, Outcome>;
