import { type MeasureName, type Row, rows } from './rows.js';
import { type Spread, spreadOf } from './statistics.js';

/** What one round has measured, in the row's unit. */
export interface Sample {
  readonly atlas: number;
  /** @default - the row has no other side */
  readonly bare?: number;
}

/** A row with all that was measured for it. */
export interface Outcome {
  readonly row: Row;
  readonly rounds: readonly Sample[];
  readonly atlas: Spread;
  readonly bare: Spread | undefined;
  /** Taken round by round, and then its median: the machine is another one from minute to minute, for both sides alike. */
  readonly compared: Spread;
  /** @default - there is no goal */
  readonly met: boolean | undefined;
}

/** @throws {RangeError} a round has only one side of what compares two, or there are no rounds */
export function outcomeOf(row: Row, rounds: readonly Sample[]): Outcome {
  const compared = spreadOf(rounds.map((sample) => compare(row, sample)));
  const bare = rounds.flatMap((sample) => sample.bare ?? []);
  return {
    row,
    rounds,
    atlas: spreadOf(rounds.map(({ atlas }) => atlas)),
    bare: bare.length === 0 ? undefined : spreadOf(bare),
    compared,
    met: meets(row, compared.median),
  };
}

function compare({ id, comparison }: Row, { atlas, bare }: Sample): number {
  if (comparison === 'alone') return atlas;
  if (bare === undefined) throw new RangeError(`${id} has nothing to be compared with`);
  return comparison === 'ratio' ? atlas / bare : atlas - bare;
}

function meets({ goal }: Row, value: number): boolean | undefined {
  if (!goal) return undefined;
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}

/** Collects what is measured, round by round. */
export class Results {
  private readonly samples = new Map<string, Sample[]>();
  /** Why a measure has no result. */
  readonly failures = new Map<MeasureName, string>();

  /** @param id - of a row. @throws {RangeError} there is no such row */
  record(id: string, sample: Sample): void {
    if (!rows.some((row) => row.id === id)) throw new RangeError(`There is no row ${id}`);
    this.samples.set(id, [...(this.samples.get(id) ?? []), sample]);
  }

  /** A measure that failed has no outcomes: what it measured before is not all of it. */
  outcomes(): Outcome[] {
    return rows
      .filter(({ measure }) => !this.failures.has(measure))
      .flatMap((row) => {
        const rounds = this.samples.get(row.id);
        return rounds ? [outcomeOf(row, rounds)] : [];
      });
  }
}
