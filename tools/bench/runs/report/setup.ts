import { cpus, totalmem } from 'node:os';

/** Versions, machine and time of the measurement. */
export interface Setup {
  readonly command: string;
  /** ISO 8601, in UTC. */
  readonly date: string;
  readonly machine: { readonly cores: number; readonly cpu: string; readonly memoryGigabytes: number };
  readonly versions: Readonly<Record<string, string>>;
  /** Load average of the minute before the start; near 0 on an idle machine. */
  readonly loadBefore: number;
  readonly rounds: number;
  readonly seconds: number;
}

/** This machine. */
export const thisMachine = (): Setup['machine'] => ({
  cores: cpus().length,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  memoryGigabytes: Math.round(totalmem() / 1e9),
});

/** One line: cores, CPU, memory and versions. */
export const describeSetup = ({ machine, versions }: Setup): string =>
  [
    `${machine.cores} cores (${machine.cpu}), ${machine.memoryGigabytes} GB`,
    ...Object.entries(versions).map(([name, version]) => `${name} ${version}`),
  ].join(', ');
