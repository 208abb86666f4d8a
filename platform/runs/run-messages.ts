import { createHash } from 'node:crypto';
import { RunEnded, UpdateRejected, WorkflowTaskFailing } from '../errors/runs.js';
import { auditRun } from './audit.js';
import type { KeyedRequest, Run } from './run.js';
import type { RunContext } from './run-context.js';
import { assertOpen } from './run-lookup.js';
import { failingTask } from './run-problem.js';
import type { Runs } from './runs.js';

/** Sends messages to runs. */
export function createRunMessages(context: RunContext): Pick<Runs, 'signal' | 'query' | 'update'> {
  const { repository, engine, audit, settlement, validation, lookup } = context;

  /** If the engine reports that the run has ended, records that before the caller learns of it. */
  async function settlingEnd<T>(run: Run, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      if (error instanceof RunEnded) await settlement.settle(run);
      throw error;
    }
  }

  /** Sends nothing that the workflow would not answer. The record may be older than the fix, so Temporal decides. @throws {WorkflowTaskFailing} */
  async function assertTaskWorks({ problems, workflowId }: Run): Promise<void> {
    const recorded = failingTask(problems ?? []);
    if (!recorded) return;
    const execution = await engine.describe(workflowId);
    if (failingTask(execution?.problems ?? [])) throw new WorkflowTaskFailing(recorded.failure.message);
  }

  return {
    async signal(caller, id, signal, input) {
      const check = ({ workflow }: Run) => validation.message(workflow, 'signal', signal, input);
      const run = await lookup.findStarted(caller, id, check);
      assertOpen(run);
      await auditRun(audit, caller, 'run-signalled', run, signal);
      await settlingEnd(run, () => engine.signal(run.workflowId, signal, input));
    },

    async query(caller, id, query) {
      const run = await lookup.findStarted(caller, id, ({ workflow }) => validation.query(workflow, query));
      await assertTaskWorks(run);
      return engine.query(run.workflowId, query);
    },

    async update(caller, id, update, input, key) {
      const check = ({ workflow }: Run) => validation.message(workflow, 'update', update, input);
      const run = await lookup.findStarted(caller, id, check);
      const request: KeyedRequest | undefined =
        key === undefined ? undefined : { caller: caller.name, key, runId: id, content: [update, input] };
      const isRepeated = request !== undefined && !(await repository.rememberRequest(request));
      try {
        // The repeated update itself may have ended the run: Temporal still has its result.
        if (!isRepeated) assertOpen(run);
        await assertTaskWorks(run);
        await auditRun(audit, caller, 'run-updated', run, update);
        const updateId = request && updateIdOf(request);
        return await settlingEnd(run, () => engine.update(run.workflowId, update, input, updateId));
      } catch (error) {
        const isRefused = [UpdateRejected, RunEnded, WorkflowTaskFailing].some((type) => error instanceof type);
        if (request && isRefused && !isRepeated) await repository.forgetRequest(request);
        throw error;
      }
    },
  };
}

/**
 * Temporal's id of an update: 64 characters. It hashes caller, key, run and content, because Temporal knows neither callers nor the
 * expiry of keys.
 */
const updateIdOf = ({ caller, key, runId, content }: KeyedRequest): string =>
  createHash('sha256')
    .update(JSON.stringify([caller, key, runId, content]))
    .digest('hex');
