/**
 * Part of the workflow bundle, for every workflow: converts what workflows and queries return while an error can still be theirs. The
 * SDK converts results where an error fails the workflow task, which is then retried for ever.
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
