import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { ApplicationFailure, NamespaceNotFoundError } from '@temporalio/common';
import { DomainError } from '../errors/domain-error.js';
import { NamespaceNotFound, TemporalRefused, TemporalUnauthorized, TemporalUnavailable } from '../errors/platform.js';
import { payloadTooLarge } from './payload-limit.js';

/** https://grpc.io/docs/guides/status-codes/ */
export const grpcStatus = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unauthenticated: 16,
} as const;

function grpcErrorOf(error: unknown) {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (isGrpcServiceError(current)) return current;
  }
  return undefined;
}

/** The gRPC status of an error of the SDK or of one of its causes. */
export const grpcCodeOf = (error: unknown): number | undefined => grpcErrorOf(error)?.code;

/** Translates the failure of a call to a platform error with the original as its cause. Returns other errors unchanged. */
export function translateTemporalError(cause: unknown): unknown {
  if (cause instanceof DomainError) return cause;
  if (cause instanceof NamespaceNotFoundError) return new NamespaceNotFound(cause.namespace, { cause });
  if (cause instanceof ApplicationFailure && cause.type === payloadTooLarge) {
    return new TemporalRefused(cause.message, { cause });
  }
  const grpcError = grpcErrorOf(cause);
  if (!grpcError) {
    return cause instanceof ServiceError ? new TemporalUnavailable('Temporal cannot be reached', { cause }) : cause;
  }
  const { details } = grpcError;
  switch (grpcError.code as number) {
    case grpcStatus.invalidArgument:
      return new TemporalRefused(`Temporal refused the call: ${details}`, { cause });
    case grpcStatus.permissionDenied:
    case grpcStatus.unauthenticated:
      return new TemporalUnauthorized(`Temporal does not accept the credentials: ${details}`, { cause });
    case grpcStatus.resourceExhausted:
      // gRPC uses the same code for an overload and for a message over its limit, which never succeeds.
      if (/larger than max|message size/i.test(details)) {
        return new TemporalRefused(`Temporal refused the call: ${details}`, { cause });
      }
      return new TemporalUnavailable('Temporal is overloaded', { cause });
    case grpcStatus.cancelled:
    case grpcStatus.deadlineExceeded:
      return new TemporalUnavailable('Temporal did not answer within the deadline', { cause });
    default:
      return new TemporalUnavailable(`Temporal cannot be reached: ${details}`, { cause });
  }
}

/** Whether a call ended at its deadline. The SDK cancels some calls instead. */
export function isOverdue(error: unknown): boolean {
  const code = grpcCodeOf(error);
  return code === grpcStatus.deadlineExceeded || code === grpcStatus.cancelled;
}

/** Makes a call with a deadline, and translates its errors. */
export type Call = <T>(run: () => Promise<T>) => Promise<T>;

/**
 * @param timeoutMs - deadline of each call, in milliseconds. Without it, the SDK retries an unreachable server for about 20 s.
 */
export function createCall(
  connection: { withDeadline<T>(deadline: number, fn: () => Promise<T>): Promise<T> },
  timeoutMs: number,
): Call {
  return async (run) => {
    try {
      return await connection.withDeadline(Date.now() + timeoutMs, run);
    } catch (error) {
      throw translateTemporalError(error);
    }
  };
}
