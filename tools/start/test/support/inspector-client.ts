import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

type Params = Readonly<Record<string, unknown>>;

/** A client of Node's inspector, as the debuggers of editors are. Node.js 20 has no WebSocket of its own. */
export class InspectorClient {
  readonly #pending = new Map<number, (result: Params) => void>();
  readonly #listeners = new Map<string, ((params: Params) => void)[]>();
  #received = Buffer.alloc(0);
  #id = 0;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (data) => this.#read(data));
  }

  static async attach(port: number): Promise<InspectorClient> {
    const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as { id: string }[];
    const headers = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    };
    const request = get({ host: '127.0.0.1', port, path: `/${target?.id}`, headers });
    const [, socket] = (await once(request, 'upgrade')) as [IncomingMessage, Socket];
    return new InspectorClient(socket);
  }

  on(method: string, listener: (params: Params) => void): void {
    this.#listeners.set(method, [...(this.#listeners.get(method) ?? []), listener]);
  }

  send(method: string, params: Params = {}): Promise<Params> {
    this.#id += 1;
    const id = this.#id;
    const payload = Buffer.from(JSON.stringify({ id, method, params }));
    // One text frame with an 8-byte length and the mask 0 (RFC 6455, 5.2).
    const head = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    head.writeUInt32BE(payload.length, 6);
    this.socket.write(Buffer.concat([head, payload]));
    return new Promise((resolve) => this.#pending.set(id, resolve));
  }

  close(): void {
    this.socket.destroy();
  }

  #read(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    for (;;) {
      const short = (this.#received[1] ?? 0) & 0x7f;
      const start = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (this.#received.length < start) return;
      const length =
        short === 126 ? this.#received.readUInt16BE(2) : short === 127 ? this.#received.readUInt32BE(6) : short;
      if (this.#received.length < start + length) return;
      const frame = this.#received.subarray(start, start + length);
      const isText = ((this.#received[0] ?? 0) & 0x0f) === 1;
      this.#received = this.#received.subarray(start + length);
      if (isText) this.#take(JSON.parse(frame.toString()));
    }
  }

  #take({ id, result, method, params }: { id?: number; result: Params; method: string; params: Params }): void {
    if (id === undefined) for (const listener of this.#listeners.get(method) ?? []) listener(params);
    else this.#pending.get(id)?.(result);
  }
}
