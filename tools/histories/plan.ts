import { CommandFault } from '../../platform/errors/command-fault.js';
import { oneOf, UsageError } from '../cli/command-line.mjs';
import { type NamedWay, waysFolder } from './all-ways.js';

export interface Recorded {
  readonly ways: readonly NamedWay[];
  /** Names of the product's and the platform's workflows. */
  readonly workflows: readonly string[];
  /** Names of the recordings in `test/histories/`. */
  readonly recordings: readonly string[];
}

/** Workflows of the catalogue that no way leads through. */
export const withoutWay = ({ ways, workflows }: Recorded): string[] =>
  workflows.filter((name) => !ways.some(({ ways: { definition } }) => definition.name === name));

/** The ways without a recording. */
export const unrecorded = ({ ways, recordings }: Recorded): NamedWay[] =>
  ways.filter(({ recording }) => !recordings.includes(recording));

/**
 * The recordings to write.
 * @param name - of a workflow or of one recording. @default - every way
 * @param replace - also write those that exist
 * @throws {UsageError} nothing has this name, or all recordings would be replaced
 * @throws {CommandFault} no way leads through the workflow
 */
export function recordingsToWrite(all: Recorded, name: string | undefined, replace: boolean): string[] {
  if (replace && name === undefined) throw new UsageError('--replace needs the NAME of a workflow or of one recording');
  const chosen = name === undefined ? all.ways : waysOf(all, name);
  const missing = unrecorded({ ...all, ways: chosen });
  return (replace ? chosen : missing).map(({ recording }) => recording);
}

function waysOf(all: Recorded, name: string): NamedWay[] {
  const { ways, workflows } = all;
  const found = ways.filter(({ recording, ways: { definition } }) => [recording, definition.name].includes(name));
  if (found.length > 0) return found;
  if (withoutWay(all).includes(name)) throw new CommandFault(`Nothing to record: ${adviceFor(name)}`);
  try {
    oneOf([...workflows, ...ways.map(({ recording }) => recording)])(name);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
  return found;
}

export const adviceFor = (workflow: string): string =>
  `no way leads through ${workflow}; write ${waysFolder}/${workflow}.ways.ts (docs/workflows.md, Record its history)`;
