import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export interface Measured {
  /** In milliseconds, in the order of their size. */
  readonly latencies: readonly number[];
  readonly statuses: ReadonlySet<number>;
}

/** Between the answer and the next request of one client, in milliseconds: people and programs do something in between. */
const pauseMs = 20;

/** So many clients with a connection each ask again and again, one thing at a time, until `end` resolves. */
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
