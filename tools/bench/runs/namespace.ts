import { Client, type Connection } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import { BenchError } from '../bench-error.js';
import { until } from './until.js';

const servedWithinMs = 30_000;

/** Creates a namespace and waits until the server serves it. */
export async function createNamespace(connection: Connection, namespace: string, signal: AbortSignal): Promise<string> {
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs('1 day') });
  const client = new Client({ connection, namespace });
  const isServed = async () => {
    const error = await client.workflow
      .getHandle('any')
      .describe()
      .catch((reason: unknown) => reason);
    return error instanceof WorkflowNotFoundError;
  };
  const late = () => new BenchError('namespace-unavailable', `Temporal does not serve the namespace ${namespace}`);
  await until(isServed, servedWithinMs, late, signal);
  return namespace;
}
