import { CommandFault } from '../../platform/errors/command-fault.js';
import { nearestName } from '../../platform/settings/nearest-name.js';
import type { CommandContext } from './command-context.js';
import type { Options } from './command-line.js';
import type { ContainerState } from './container-state.js';

/** Prints the logs of the containers in order of time; with `follow` until Ctrl-C. @throws {CommandFault} also if no line names the run */
export async function logs(context: CommandContext, options: Options<'logs'>): Promise<void> {
  const chosen = choose(await context.engine.containersOf(context.stage.name), context, options.part);
  const width = Math.max(...chosen.map(({ part }) => part.length));
  const show = (part: string, text: string) =>
    context.screen.line(chosen.length === 1 ? text : `${part.padEnd(width)} | ${text}`);
  if (options.follow) {
    await Promise.all(
      chosen.map((container) => read(context, container, options, (_at, text) => show(container.part, text))),
    );
    return;
  }
  const all: { at: string; part: string; text: string }[] = [];
  for (const container of chosen) {
    const found: typeof all = [];
    await read(context, container, options, (at, text) => found.push({ at, part: container.part, text }));
    all.push(...found.slice(Math.max(0, found.length - options.tail)));
  }
  if (options.run !== undefined && options.tail > 0 && all.length === 0 && !context.interrupts[0].aborted)
    throw new CommandFault(`No lines of run ${options.run} in the logs of the stage ${context.stage.name}`, {
      code: 'no-logs',
    });
  // Docker's timestamps sort as text.
  for (const { part, text } of all.toSorted((a, b) => (a.at < b.at ? -1 : 1))) show(part, text);
}

function choose(
  containers: readonly ContainerState[],
  { stage }: CommandContext,
  part: string | undefined,
): ContainerState[] {
  if (containers.length === 0) throw new CommandFault(`The stage ${stage.name} is not deployed: run npm run deploy`);
  if (part === undefined) return containers.filter(({ isJob }) => !isJob);
  const exact = containers.filter((container) => container.part === part);
  const chosen = exact.length > 0 ? exact : containers.filter((container) => container.part.startsWith(`${part}-`));
  if (chosen.length > 0) return chosen;
  const parts = containers.map((container) => container.part);
  const near = nearestName(part, parts);
  throw new CommandFault(
    `The stage ${stage.name} has no part ${part}${near ? `; did you mean ${near}?` : '.'} Its parts: ${parts.join(', ')}`,
  );
}

async function read(
  { engine, interrupts }: CommandContext,
  { id }: ContainerState,
  { follow, tail, run }: Options<'logs'>,
  onLine: (at: string, text: string) => void,
): Promise<void> {
  const stamped = /^(\d{4}-\d\d-\d\dT\S+) (.*)$/;
  // The engine counts the lines of all runs.
  const last = run === undefined ? tail : 'all';
  const engineLines: string[] = [];
  const take = (line: string) => {
    const [, at, text] = stamped.exec(line) ?? [];
    // Lines without a time are from the engine, not from the container.
    if (at === undefined || text === undefined) engineLines.push(line);
    else if (run === undefined || text.includes(run)) onLine(at, text);
  };
  const args = ['logs', '--timestamps', '--tail', String(last), ...(follow ? ['--follow'] : []), id];
  await engine.docker(args, { onLine: take, onErrorLine: take, interrupts }).catch((error: Error) => {
    if (!interrupts[0].aborted) throw engineLines.length > 0 ? new CommandFault(engineLines.join('\n')) : error;
  });
}
