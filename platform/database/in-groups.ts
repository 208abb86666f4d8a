export interface GroupOptions<T> {
  /** Groups that are written at a time. */
  readonly atATime: number;
  /** Most items of a group. */
  readonly largest: number;
  /** How much an item weighs; a group of more than one weighs at most `heaviest`. @default - all groups are light enough */
  readonly weightOf?: (item: T) => number;
  readonly heaviest?: number;
  /** Two items of the same name do not go into the same group; `undefined` is no name. @default - none has one */
  readonly nameOf?: (item: T) => string | undefined;
  /** Whether a failed group is worth writing one by one: one of its items is at fault, not the way to the database. @default - never */
  readonly isOnesFault?: (error: unknown) => boolean;
}

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes what comes in while an earlier write is under way as one group: a single caller does not wait for others, and many share
 * one round trip and one commit (a group commit). Each caller gets its own item's result, or the failure of its group.
 * @param write - writes all or nothing; gives a result per item, in order
 */
export function inGroups<T, R>(
  write: (items: readonly T[]) => Promise<readonly R[]>,
  options: GroupOptions<T>,
): (item: T) => Promise<R> {
  let waiting: Waiting<T, R>[] = [];
  let writing = 0;

  function pump(): void {
    while (writing < options.atATime && waiting.length > 0) {
      const { group, rest } = nextGroup(waiting, options);
      waiting = rest;
      writing += 1;
      writeGroup(group).finally(() => {
        writing -= 1;
        pump();
      });
    }
  }

  async function writeGroup(group: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await write(group.map(({ item }) => item));
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as R);
    } catch (error) {
      if (group.length > 1 && options.isOnesFault?.(error)) for (const one of group) await writeGroup([one]);
      else for (const { reject } of group) reject(error);
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      pump();
    });
}

function nextGroup<T, R>(
  waiting: readonly Waiting<T, R>[],
  { largest, weightOf = () => 0, heaviest = Number.POSITIVE_INFINITY, nameOf = () => undefined }: GroupOptions<T>,
) {
  const group: Waiting<T, R>[] = [];
  const rest: Waiting<T, R>[] = [];
  const names = new Set<string>();
  let weight = 0;
  for (const one of waiting) {
    const name = nameOf(one.item);
    const heavier = weight + weightOf(one.item);
    const fits = group.length === 0 || (group.length < largest && heavier <= heaviest);
    if (!fits || (name !== undefined && names.has(name))) {
      rest.push(one);
      continue;
    }
    group.push(one);
    weight = heavier;
    if (name !== undefined) names.add(name);
  }
  return { group, rest };
}
