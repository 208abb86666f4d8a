import { type ConnectionOptions, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];
type Call = ReturnType<Interceptor>;

/** gRPC's status `CANCELLED`, which is not retried. */
const cancelled = 1;

/** Ends a call with a status when its channel is closed, where grpc-js throws. */
const endWhenClosed: Interceptor = (options, nextCall) => {
  try {
    return nextCall(options) as Call;
  } catch (err) {
    const details = (err as Error).message;
    const ignore = () => {};
    return {
      start: (metadata, listener) => {
        listener?.onReceiveMessage?.(null);
        listener?.onReceiveStatus?.({ code: cancelled, details, metadata });
      },
      sendMessage: ignore,
      sendMessageWithContext: ignore,
      startRead: ignore,
      halfClose: ignore,
      cancelWithStatus: ignore,
      getPeer: () => 'closed',
      getAuthContext: () => null,
    } as Partial<Call> as Call;
  }
};

/**
 * The SDK's retries, which also end when the connection closes. The SDK's own retry after a close throws from a timer, which ends the
 * process.
 */
export const retriesUntilClosed: Interceptor[] = [makeGrpcRetryInterceptor(defaultGrpcRetryOptions()), endWhenClosed];
