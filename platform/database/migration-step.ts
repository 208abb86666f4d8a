import type { QueryInterface, Transaction } from 'sequelize';

/** Context of a migration step. All statements run in `transaction`, together with the record of the step. */
export interface MigrationContext {
  /** Runs one or more SQL statements in the step's transaction. */
  readonly sql: (statements: string) => Promise<void>;
  /** Pass `{ transaction }` to each call: a call without it fails the step. */
  readonly queryInterface: QueryInterface;
  readonly transaction: Transaction;
}

/** Type of `up` and `down`, which each migration exports. */
export type MigrationStep = (params: { readonly context: MigrationContext }) => Promise<void>;
