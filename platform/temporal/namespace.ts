import { setTimeout as delay } from 'node:timers/promises';
import type { Client, Connection } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import { NamespaceNotFound } from '../errors/platform.js';
import type { TemporalSettings } from './connection.js';
import { type Call, createCall, grpcCodeOf, grpcStatus, translateTemporalError } from './errors.js';

type ConnectedClient = Client & { readonly connection: Connection };

/** Each service of a server looks for new namespaces every 2 s by default; in milliseconds. */
const propagationLimitMs = 15_000;
const propagationPollMs = 100;

/**
 * Ensures that the namespace in the settings exists and that the server serves it. Creates it if TEMPORAL_NAMESPACE_CREATE is set.
 * Safe to call concurrently.
 * @throws {NamespaceNotFound} the namespace is missing and may not be created
 * @throws {TemporalUnavailable | TemporalUnauthorized}
 */
export async function ensureNamespace(client: ConnectedClient, settings: TemporalSettings): Promise<void> {
  const call = createCall(client.connection, settings.TEMPORAL_CALL_TIMEOUT_MS);
  if (!(await exists(client, call, settings))) await register(client, call, settings);
  await untilServed(client, call);
}

async function exists({ connection }: ConnectedClient, call: Call, settings: TemporalSettings): Promise<boolean> {
  const namespace = settings.TEMPORAL_NAMESPACE;
  try {
    await call(() => connection.workflowService.describeNamespace({ namespace }));
    return true;
  } catch (error) {
    if (grpcCodeOf(error) !== grpcStatus.notFound) throw error;
    if (!settings.TEMPORAL_NAMESPACE_CREATE) throw new NamespaceNotFound(namespace, { cause: error });
    return false;
  }
}

async function register({ connection }: ConnectedClient, call: Call, settings: TemporalSettings): Promise<void> {
  const request = {
    namespace: settings.TEMPORAL_NAMESPACE,
    workflowExecutionRetentionPeriod: msToTs(`${settings.TEMPORAL_NAMESPACE_RETENTION_DAYS} days`),
  };
  await call(async () => {
    try {
      await connection.workflowService.registerNamespace(request);
    } catch (error) {
      // Another process was first.
      if (grpcCodeOf(error) !== grpcStatus.alreadyExists) throw translateTemporalError(error);
    }
  });
}

/** A namespace is in the database before all services of the server know it. A call for any workflow shows whether they do. */
async function untilServed(client: ConnectedClient, call: Call): Promise<void> {
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
