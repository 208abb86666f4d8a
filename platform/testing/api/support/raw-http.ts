import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const patienceMs = 60_000;

/**
 * Sends the bytes unchanged and reads until the server closes the connection or `until` accepts the response. A reset after the response
 * is not an error.
 */
export function sendRaw(
  port: number,
  bytes: string | Uint8Array,
  until: (text: string) => boolean = () => false,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(text);
    };
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the connection is still open after ${patienceMs} ms; read so far: ${text}`));
    }, patienceMs);
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      if (until(text)) end();
    });
    socket.on('error', end).on('end', end).on('close', end);
  });
}

/** The first response in the data. */
export function parseAnswer(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
}
