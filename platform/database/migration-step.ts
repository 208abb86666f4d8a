import type { QueryInterface, Transaction } from 'sequelize';
import type { Product } from '../product.js';
import type { ProductSettings, ProductValues } from '../settings/define-settings.js';

/** Context of a migration step. All statements run in `transaction`, together with the record of the step. */
export interface MigrationContext<P extends Product<ProductSettings> = Product> {
  /** Runs one or more SQL statements in the step's transaction. */
  readonly sql: (statements: string) => Promise<void>;
  /** Pass `{ transaction }` to each call: a call without it fails the step. */
  readonly queryInterface: QueryInterface;
  readonly transaction: Transaction;
  /** The product's settings that migrations use. */
  readonly settings: P extends Product<infer S extends ProductSettings> ? ProductValues<S, 'migrate'> : unknown;
}

/** Type of `up` and `down`, which each migration exports. `MigrationStep<typeof product>` has the product's settings in its context. */
export type MigrationStep<P extends Product<ProductSettings> = Product> = (params: {
  readonly context: MigrationContext<P>;
}) => Promise<void>;
