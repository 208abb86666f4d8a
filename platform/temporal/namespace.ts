import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import { NamespaceNotFound } from '../errors/platform.js';
import type { TemporalClient, TemporalSettings } from './connection.js';
import { type Call, createCall, grpcCodeOf, grpcStatus } from './errors.js';

/** Each service of a server looks for new namespaces every 2 s by default; in milliseconds. */
const propagationLimitMs = 15_000;
const propagationPollMs = 100;

/**
 * Ensures that the namespace in the settings exists and that the server serves it. Creates it if TEMPORAL_NAMESPACE_CREATE is set.
 * Safe to call concurrently.
 * @throws {NamespaceNotFound} the namespace is missing and may not be created
 * @throws {TemporalUnavailable | TemporalUnauthorized}
 */
export async function ensureNamespace(client: TemporalClient, settings: TemporalSettings): Promise<void> {
  const namespace = settings.TEMPORAL_NAMESPACE;
  const call = createCall(client.connection, settings.TEMPORAL_CALL_TIMEOUT_MS);
  const { workflowService } = client.connection;
  try {
    await call(() => workflowService.describeNamespace({ namespace }));
  } catch (cause) {
    if (grpcCodeOf(cause) !== grpcStatus.notFound) throw cause;
    if (!settings.TEMPORAL_NAMESPACE_CREATE) throw new NamespaceNotFound(namespace, { cause });
    const workflowExecutionRetentionPeriod = msToTs(`${settings.TEMPORAL_NAMESPACE_RETENTION_DAYS} days`);
    await call(() => workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod })).catch(
      (error) => {
        // Another process was first.
        if (grpcCodeOf(error) !== grpcStatus.alreadyExists) throw error;
      },
    );
  }
  await untilServed(client, call);
}

/** A namespace is in the database before all services of the server know it. A call for any workflow shows whether they do. */
async function untilServed(client: TemporalClient, call: Call): Promise<void> {
  const deadline = Date.now() + propagationLimitMs;
  for (;;) {
    try {
      await call(() => client.workflow.getHandle('any').describe());
      return;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return;
      if (!(error instanceof NamespaceNotFound) || Date.now() > deadline) throw error;
      await delay(propagationPollMs);
    }
  }
}
