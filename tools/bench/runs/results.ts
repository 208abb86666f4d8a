import { spreadOf } from '../statistics.js';
import { type MeasureName, type Row, rows } from './rows.js';

/** Values of one round, in the row's unit. */
export interface Sample {
  readonly atlas: number;
  /** @default - the row has no bare side */
  readonly bare?: number;
}

/** A row with its results. @throws {RangeError} a round lacks the bare side of a comparison, or there are no rounds */
export function outcomeOf(row: Row, rounds: readonly Sample[]) {
  const bare = rounds.flatMap((sample) => sample.bare ?? []);
  // Per round, because the speed of the machine drifts between rounds.
  const compared = spreadOf(rounds.map((sample) => compare(row, sample)));
  const { goal } = row;
  return {
    ...{ row, rounds, compared },
    atlas: spreadOf(rounds.map(({ atlas }) => atlas)),
    bare: bare.length === 0 ? undefined : spreadOf(bare),
    met: goal && ('atMost' in goal ? compared.median <= goal.atMost : compared.median >= goal.atLeast),
  };
}
export type Outcome = ReturnType<typeof outcomeOf>;

function compare({ id, comparison }: Row, { atlas, bare }: Sample): number {
  if (comparison === 'alone') return atlas;
  if (bare === undefined) throw new RangeError(`${id} lacks the bare side`);
  return comparison === 'ratio' ? atlas / bare : atlas - bare;
}

/** Collects the samples of each round. */
export class Results {
  private readonly samples = new Map<string, Sample[]>();
  /** Errors of failed measures. */
  readonly failures = new Map<MeasureName, string>();

  /** @param id - id of a row. @throws {RangeError} the row does not exist */
  record(id: string, sample: Sample): void {
    if (!rows.some((row) => row.id === id)) throw new RangeError(`Unknown row ${id}`);
    this.samples.set(id, [...(this.samples.get(id) ?? []), sample]);
  }

  /** Omits failed measures, whose results are incomplete. */
  outcomes(): Outcome[] {
    return rows
      .filter(({ measure }) => !this.failures.has(measure))
      .flatMap((row) => {
        const rounds = this.samples.get(row.id);
        return rounds ? [outcomeOf(row, rounds)] : [];
      });
  }
}
