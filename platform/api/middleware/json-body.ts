import type { IncomingMessage } from 'node:http';
import getRawBody from 'raw-body';
import type { ApiMiddleware } from '../context.js';
import { HttpProblem } from '../http-problem.js';
import { parseJson } from '../json.js';

/**
 * Parses the body as JSON into `ctx.state.body`; an empty body is `undefined`. Reads at most `limitBytes`. Node discards the rest of a larger
 * body, so that the client receives the answer and can reuse the connection.
 * @throws {HttpProblem} `media-type-unsupported`, `content-encoding-unsupported`, `body-too-large`, `json-malformed`, `request-aborted`
 * @throws {InputInvalid} the JSON contains values that cannot be stored
 */
export const jsonBody =
  (limitBytes: number): ApiMiddleware =>
  async (ctx, next) => {
    if (hasBody(ctx.req)) {
      requireJson(ctx.req);
      ctx.state.body = parseJson(await readBytes(ctx.req, limitBytes));
    }
    return next();
  };

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** JSON is UTF-8 (RFC 8259, 8.1), so no other charset is valid. */
const jsonType = /^application\/json[ \t]*(;[ \t]*charset="?utf-8"?[ \t]*)?;?$/i;

function requireJson({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new HttpProblem('content-encoding-unsupported', 'Send the body without Content-Encoding', {
      headers: { 'Accept-Encoding': 'identity' },
    });
  }
  const type = headers['content-type'];
  if (type !== 'application/json' && !jsonType.test(type ?? '')) {
    throw new HttpProblem(
      'media-type-unsupported',
      'Send the body as Content-Type: application/json, encoded in UTF-8',
      {
        headers: { Accept: 'application/json' },
      },
    );
  }
}

async function readBytes(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  try {
    return await getRawBody(request, { limit: limitBytes, length: request.headers['content-length'] ?? null });
  } catch (cause) {
    if ((cause as getRawBody.RawBodyError).type === 'entity.too.large') {
      // Node discards only bodies that were never read; this one is paused midway.
      request.resume();
      throw new HttpProblem('body-too-large', `The body exceeds the limit of ${limitBytes} bytes`, {
        cause,
        // A client that waits for 100 Continue now sends no body, and Node would read its next request as the body.
        headers: request.headers.expect === undefined ? {} : { Connection: 'close' },
      });
    }
    throw new HttpProblem('request-aborted', 'The connection closed before the whole body arrived', { cause });
  }
}
