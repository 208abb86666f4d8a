import type { IncomingMessage } from 'node:http';
import getRawBody from 'raw-body';
import type { ApiMiddleware } from '../context.js';
import { HttpProblem } from '../http-problem.js';
import { parseJson } from '../json.js';

/**
 * Reads the body as JSON into `ctx.state.body`; one without bytes is `undefined`. Reads no more than `limitBytes`: what a larger
 * one still sends is thrown away by Node, so that the client gets to see the answer on a connection that stays in order.
 * @throws {HttpProblem} `media-type-unsupported`, `content-encoding-unsupported`, `body-too-large`, `json-malformed`, `request-aborted`
 * @throws {InputInvalid} it is JSON, but holds what cannot be stored
 */
export const jsonBody =
  (limitBytes: number): ApiMiddleware =>
  async (ctx, next) => {
    if (hasBody(ctx.req)) {
      refuseOtherTypes(ctx.req);
      ctx.state.body = parseJson(await readBytes(ctx.req, limitBytes));
    }
    return next();
  };

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** JSON is UTF-8 (RFC 8259, 8.1), so that is the only charset that may be named. */
const jsonType = /^application\/json[ \t]*(;[ \t]*charset="?utf-8"?[ \t]*)?;?$/i;

function refuseOtherTypes({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new HttpProblem('content-encoding-unsupported', 'Send the body without Content-Encoding', {
      headers: { 'Accept-Encoding': 'identity' },
    });
  }
  const type = headers['content-type'];
  if (type !== 'application/json' && !jsonType.test(type ?? '')) {
    throw new HttpProblem('media-type-unsupported', 'Send the body as Content-Type: application/json, in UTF-8', {
      headers: { Accept: 'application/json' },
    });
  }
}

async function readBytes(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  try {
    return await getRawBody(request, { limit: limitBytes, length: request.headers['content-length'] ?? null });
  } catch (cause) {
    if ((cause as getRawBody.RawBodyError).type === 'entity.too.large') {
      // Node throws away only bodies that nobody has begun to read, and this one is paused in the middle.
      request.resume();
      throw new HttpProblem('body-too-large', `The body may have at most ${limitBytes} bytes`, {
        cause,
        // who waits for "100 Continue" sends no body after this, and what follows on the connection would be taken for it
        headers: request.headers.expect === undefined ? {} : { Connection: 'close' },
      });
    }
    throw new HttpProblem('request-aborted', 'The body was not sent to its end', { cause });
  }
}
