/**
 * Converts the results of workflows and queries where an error still fails the workflow or query. The SDK converts them later, where an
 * error fails the workflow task, which is then retried forever. Part of the workflow bundle, for every workflow.
 */
import { RawValue } from '@temporalio/common';
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { payloadConverter } from './payload-converter.js';

const converted = (result: unknown): RawValue => new RawValue(result, payloadConverter);

export const interceptors: WorkflowInterceptorsFactory = () => ({
  inbound: [
    {
      execute: async (input, next) => converted(await next(input)),
      handleQuery: async (input, next) => converted(await next(input)),
    },
  ],
});
