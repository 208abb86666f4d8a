import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export interface Measured {
  /** In milliseconds, ascending. */
  readonly latencies: readonly number[];
  readonly statuses: ReadonlySet<number>;
}

/** Pause of a client between an answer and its next request, in milliseconds. */
const pauseMs = 20;

/** Runs clients that send one request after another, each on its own connection, until `end` resolves. */
export async function askHonestly(
  port: number,
  path: string,
  clients: number,
  end: Promise<unknown>,
): Promise<Measured> {
  const latencies: number[] = [];
  const statuses = new Set<number>();
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  let isOver = false;
  const over = end.finally(() => {
    isOver = true;
  });
  async function client(): Promise<void> {
    while (!isOver) {
      const began = performance.now();
      statuses.add(await ask(port, path, agent));
      latencies.push(performance.now() - began);
      await delay(pauseMs);
    }
  }
  try {
    await Promise.all([over, ...Array.from({ length: clients }, client)]);
  } finally {
    agent.destroy();
  }
  return { latencies: latencies.sort((one, other) => one - other), statuses };
}

const ask = (port: number, path: string, agent: Agent): Promise<number> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, agent }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    })
      .once('error', reject)
      .end();
  });

/** @param share - `0.99` for the 99th percentile */
export const percentile = ({ latencies }: Measured, share: number): number =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN;
