import type { QueryInterface, Transaction } from 'sequelize';

/** What a migration's step works with. Everything happens in `transaction`, together with the record of the step. */
export interface MigrationContext {
  /** Runs one or more SQL statements in the step's transaction. */
  readonly sql: (statements: string) => Promise<void>;
  /** Sequelize's own means; give each call `{ transaction }`. A call without it fails the step. */
  readonly queryInterface: QueryInterface;
  readonly transaction: Transaction;
}

/** The type of the `up` and the `down` that every file in migrations/ exports. */
export type MigrationStep = (params: { readonly context: MigrationContext }) => Promise<void>;
