import { cpus, totalmem } from 'node:os';

/** With what, where and when it was measured. */
export interface Setup {
  readonly command: string;
  /** ISO 8601, in UTC. */
  readonly date: string;
  readonly machine: { readonly cores: number; readonly cpu: string; readonly memoryGigabytes: number };
  readonly versions: Readonly<Record<string, string>>;
  /** Processes that wanted a core before anything of this was started, on average of a minute: on a machine at rest next to none. */
  readonly loadBefore: number;
  readonly rounds: number;
  readonly seconds: number;
}

/** The machine that this runs on. */
export const thisMachine = (): Setup['machine'] => ({
  cores: cpus().length,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  memoryGigabytes: Math.round(totalmem() / 1e9),
});

/** One line: cores, CPU, memory and what runs on them. */
export const describeSetup = ({ machine, versions }: Setup): string =>
  [
    `${machine.cores} cores (${machine.cpu}), ${machine.memoryGigabytes} GB`,
    ...Object.entries(versions).map(([name, version]) => `${name} ${version}`),
  ].join(', ');
