import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuidV7 } from 'uuid';
import { IdempotencyKeyReused, RunEnded, RunNotFound } from '../../../errors/runs.js';
import type { Caller } from '../../../runs/caller.js';
import { allowedBefore, isFinal, type Outcome, type Run, type RunFilter } from '../../../runs/run.js';
import type { Runs } from '../../../runs/runs.js';
import { createValidation, type Validation } from '../../../runs/validation.js';
import { fixtureCatalogue } from '../../fixtures/catalogue.js';

/** Runs without PostgreSQL and Temporal. They pass the same contract as the real ones: `platform/testing/runs/contract.ts`. */
export interface InMemoryRuns extends Runs {
  end(id: string, outcome: Outcome): void;
  /** From now on, every call throws this. */
  failWith(error: unknown): void;
}

const completed: Outcome = { status: 'completed', result: { greeting: 'Good day' } };

/** @param outcomeOf - ends a run as soon as it has started. @default - runs stay `running` */
export function createInMemoryRuns(outcomeOf: (run: Run) => Outcome | undefined = () => undefined): InMemoryRuns {
  const validation = createValidation(fixtureCatalogue);
  const store = createStore();
  const answers = createKeyedAnswers();
  let failure: unknown;

  const find = (caller: Caller, id: string): Run => {
    if (failure !== undefined) throw failure;
    const run = store.get(id);
    if (!run || !canSee(caller, run)) throw new RunNotFound(id);
    return run;
  };
  /** The run after its start. @param check - called before the wait */
  const findStarted: FindStarted = async (caller, id, check = () => {}) => {
    check(find(caller, id));
    await until(() => find(caller, id).status !== 'pending');
    return find(caller, id);
  };
  const start: Runs['start'] = async (caller, workflow, input, key, asked) => {
    if (failure !== undefined) throw failure;
    validation.input(workflow, input);
    const { id } = answers.once(caller, key, [workflow, input, asked], () => {
      const startsAt = asked === undefined ? null : 'at' in asked ? asked.at : new Date(Date.now() + asked.afterMs);
      const run = store.add(caller.name, workflow, input, startsAt);
      if (startsAt !== null && startsAt.getTime() > Date.now()) return run;
      setImmediate(() => {
        const started = store.begin(run.id);
        const outcome = started && outcomeOf(started);
        if (outcome) store.end(run.id, outcome);
      });
      return run;
    });
    return store.get(id) as Run;
  };

  return {
    start,
    async execute(caller, workflow, input, { ms, signal }, key) {
      const { id } = await start(caller, workflow, input, key);
      await until(() => isFinal(find(caller, id).status) || signal?.aborted === true, ms);
      return find(caller, id);
    },
    get: async (caller, id) => find(caller, id),
    async list(caller, { limit, cursor, ...filter }) {
      if (failure !== undefined) throw failure;
      return pageOf(store.newestFirst(), limit, (run) => canSee(caller, run) && matches(run, filter), cursor);
    },
    async history(caller, id) {
      find(caller, id);
      return { steps: [], truncated: false, problems: [] };
    },
    ...createEnds(store, findStarted),
    ...createMessages(store, answers, validation, findStarted),
    end: store.end,
    failWith(error) {
      failure = error;
    },
  };
}

type FindStarted = (caller: Caller, id: string, check?: (run: Run) => void) => Promise<Run>;
type Store = ReturnType<typeof createStore>;

const createEnds = (store: Store, findStarted: FindStarted): Pick<Runs, 'cancel' | 'terminate'> => ({
  async cancel(caller, id) {
    const known = store.get(id);
    if (known?.status === 'pending' && known.startsAt) return store.end(id, outcomes.cancelled);
    const run = await findStarted(caller, id);
    if (run.status === 'cancelled') return run;
    assertOpen(run);
    setImmediate(() => store.end(id, outcomes.cancelled));
    return run;
  },
  async terminate(caller, id, reason = 'The run was terminated') {
    const run = await findStarted(caller, id);
    if (run.status === 'terminated') return run;
    assertOpen(run);
    return store.end(id, { status: 'terminated', failure: { code: 'run-terminated', message: reason } });
  },
});

const createMessages = (
  store: Store,
  answers: ReturnType<typeof createKeyedAnswers>,
  validation: Validation,
  findStarted: FindStarted,
): Pick<Runs, 'signal' | 'query' | 'update'> => ({
  async signal(caller, id, signal, input) {
    assertOpen(await findStarted(caller, id, ({ workflow }) => validation.message(workflow, 'signal', signal, input)));
    store.addNote(id);
  },
  async query(caller, id, query) {
    const run = await findStarted(caller, id, ({ workflow }) => validation.query(workflow, query));
    return voteOf(run, store.notesOf(id));
  },
  async update(caller, id, update, input, key) {
    const check = ({ workflow }: Run) => validation.message(workflow, 'update', update, input);
    const run = await findStarted(caller, id, check);
    return answers.once(caller, key, [id, update, input], () => {
      assertOpen(run);
      const { decision, ...given } = input as { decision: string };
      const result = { ...voteOf(run, store.notesOf(id)), status: decision, ...given };
      setImmediate(() => store.end(id, { status: 'completed', result }));
      return result;
    });
  },
});

/** The state of a vote, which is its result once it has ended. */
const voteOf = ({ input, result }: Run, notes: number): object =>
  (result as object | null) ?? { subject: (input as { subject: string }).subject, status: 'waiting', notes };

function pageOf(newestFirst: Run[], limit: number, isListed: (run: Run) => boolean, cursor: string | undefined) {
  const found = newestFirst.filter((run) => isListed(run) && (cursor === undefined || run.id < cursor));
  const runs = found.slice(0, limit);
  const next = found.length > limit ? runs.at(-1)?.id : undefined;
  return { runs, ...(next !== undefined && { next }) };
}

const canSee = ({ name, seesAll }: Caller, run: Run): boolean => seesAll || run.caller === name;

const matches = (run: Run, { caller, workflow, status, createdFrom, createdBefore }: RunFilter): boolean =>
  (caller ?? run.caller) === run.caller &&
  (workflow ?? run.workflow) === run.workflow &&
  (status ?? [run.status]).includes(run.status) &&
  (createdFrom ?? run.createdAt) <= run.createdAt &&
  (createdBefore === undefined || run.createdAt < createdBefore);

function assertOpen({ id, status }: Run): void {
  if (isFinal(status)) throw new RunEnded(id);
}

async function until(condition: () => boolean, waitMs = Number.POSITIVE_INFINITY): Promise<void> {
  const deadline = performance.now() + waitMs;
  while (!condition() && performance.now() < deadline) await delay(1);
}

/** The answers to requests with an idempotency key. */
function createKeyedAnswers() {
  const known = new Map<string, { readonly content: string; readonly answer: unknown }>();
  return {
    once<T>(caller: Caller, key: string | undefined, content: readonly unknown[], work: () => T): T {
      if (key === undefined) return work();
      const id = JSON.stringify([caller.name, key]);
      const before = known.get(id);
      if (before && before.content !== JSON.stringify(content)) throw new IdempotencyKeyReused(key);
      const answer = before ? (before.answer as T) : work();
      known.set(id, { content: JSON.stringify(content), answer });
      return answer;
    },
  };
}

function createStore() {
  const runs = new Map<string, Run>();
  const notes = new Map<string, number>();
  const notesOf = (id: string): number => notes.get(id) ?? 0;

  /** Changes the run if the allowed order of states permits it. */
  const change = (
    id: string,
    change: Partial<Run> & { status: Exclude<Run['status'], 'pending'> },
  ): Run | undefined => {
    const run = runs.get(id);
    if (!run || !allowedBefore[change.status].includes(run.status)) return undefined;
    const changed = { ...run, ...change, updatedAt: new Date(), version: run.version + 1 };
    runs.set(id, changed);
    return changed;
  };

  return {
    get: (id: string) => runs.get(id),
    notesOf,
    addNote: (id: string) => notes.set(id, notesOf(id) + 1),
    newestFirst: () => [...runs.values()].reverse(),
    add(caller: string, workflow: string, input: unknown, startsAt: Date | null): Run {
      const run = { ...newRun(caller, workflow, input), startsAt };
      runs.set(run.id, run);
      return run;
    },
    begin: (id: string) => change(id, { status: 'running', temporalRunId: uuidV7(), startedAt: new Date() }),
    end(id: string, outcome: Outcome): Run {
      const ended = change(id, { ...outcome, endedAt: new Date() }) ?? runs.get(id);
      if (!ended) throw new RunNotFound(id);
      return ended;
    },
  };
}

function newRun(caller: string, workflow: string, input: unknown): Run {
  const id = uuidV7();
  const now = new Date();
  return {
    id,
    workflow,
    status: 'pending',
    caller,
    input,
    result: null,
    failure: null,
    problems: null,
    workflowId: `${workflow}-${id}`,
    temporalRunId: null,
    startsAt: null,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    endedAt: null,
    version: 0,
  };
}

export const outcomes = {
  completed,
  failed: {
    status: 'failed',
    failure: { code: 'card-declined', message: 'The card was declined', activity: 'chargeCard', attempt: 3 },
  },
  cancelled: { status: 'cancelled', failure: { code: 'run-cancelled', message: 'The run was cancelled' } },
  terminated: { status: 'terminated', failure: { code: 'run-terminated', message: 'Terminated' } },
  timedOut: { status: 'timed-out', failure: { code: 'run-timed-out', message: 'Too slow' } },
  lost: { status: 'lost', failure: { code: 'run-lost', message: 'Unknown' } },
} as const satisfies Record<string, Outcome>;
