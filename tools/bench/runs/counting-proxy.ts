import { once } from 'node:events';
import { connect, constants, createServer, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';

const { NGHTTP2_CANCEL, NGHTTP2_FLAG_END_STREAM } = constants;

/** A gRPC proxy on the loopback interface that counts calls by method. */
export interface CountingProxy {
  readonly address: string;
  /** Calls since the proxy started, by method such as `DescribeWorkflowExecution`. */
  readonly calls: ReadonlyMap<string, number>;
  close(): void;
}

const connectTo = (target: string) => connect(`http://${target}`).on('error', () => {});

/** @param target - address of the server, without TLS */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const calls = new Map<string, number>();
  let upstream = connectTo(target);
  /** Temporal closes a connection after some minutes. */
  const session = () => {
    if (upstream.closed || upstream.destroyed) upstream = connectTo(target);
    return upstream;
  };
  const server = createServer();
  server.on('stream', (stream, headers) => {
    const method = String(headers[':path']).split('/').at(-1) ?? '';
    calls.set(method, (calls.get(method) ?? 0) + 1);
    const request = session().request(headers);
    let trailers: IncomingHttpHeaders = {};
    request.on('response', (head, flags) => {
      const endStream = (flags & NGHTTP2_FLAG_END_STREAM) !== 0;
      if (!stream.closed) stream.respond(head, { endStream, waitForTrailers: !endStream });
    });
    request.on('trailers', (received) => {
      trailers = received;
    });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    // Either end cancels the other.
    for (const [one, other] of [
      [stream, request],
      [request, stream],
    ] as const) {
      one.on('error', () => other.close(NGHTTP2_CANCEL));
      one.on('aborted', () => other.close(NGHTTP2_CANCEL));
    }
    stream.pipe(request);
    request.pipe(stream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    calls,
    close: () => {
      server.close();
      upstream.destroy();
    },
  };
}
