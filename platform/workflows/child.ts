import type { Duration } from '@temporalio/common';
import { executeChild } from '@temporalio/workflow';
import type { JSONSchema } from 'json-schema-to-ts';
import type { Input, Output, WorkflowDefinition } from './define.js';
import { currentRunId } from './run-id.js';

// Conditional, so that the compiler does not derive the types of every possible schema.
type InputOf<D> = D extends { readonly input: JSONSchema } ? Input<D> : never;
type OutputOf<D> = D extends { readonly output: JSONSchema } ? Output<D> : never;

/**
 * Runs another workflow as a child of this run and waits for its result. The child is a step of the run, not a run of its own. In the child,
 * `currentRunId()` is the id of this run, so an effect of the child needs a key of its own within the run. A cancellation of the run cancels
 * the child.
 * @param step - identifies the child within the run, such as `greet-3`; differs from that of every other child of the run
 * @throws {ChildWorkflowFailure} the child did not complete; `failureCode` returns the code of its failure
 */
export const runChild = <const D extends Pick<WorkflowDefinition, 'name' | 'executionTimeout'>>(
  { name, executionTimeout }: D,
  step: string,
  input: InputOf<D>,
): Promise<OutputOf<D>> =>
  executeChild<(input: InputOf<D>) => Promise<OutputOf<D>>>(name, {
    args: [input],
    workflowId: `${step}-${currentRunId()}`,
    workflowExecutionTimeout: executionTimeout as Duration,
  });
