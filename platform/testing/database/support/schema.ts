import type { Sequelize } from 'sequelize';
import { rowsOf } from '../../support/postgres.js';

const catalogues = {
  columns: `
    SELECT c.relname AS table, row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum) AS position, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
           a.attnotnull AS required, pg_get_expr(d.adbin, d.adrelid) AS default
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY 1, 2`,
  constraints: `
    SELECT conrelid::regclass::text AS table, conname AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2`,
  indexes: `
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1`,
  others: `
    SELECT relkind AS kind, relname AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('r', 'i') ORDER BY 1, 2`,
  types: `
    SELECT typname AS name FROM pg_type
    WHERE typnamespace = 'public'::regnamespace AND typrelid = 0 AND typelem = 0 ORDER BY 1`,
  functions: `
    SELECT proname AS name, pg_get_functiondef(oid) AS definition FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2`,
};

type Schema = Readonly<Record<keyof typeof catalogues, readonly object[]>>;

/** The contents of the schema `public` according to PostgreSQL's catalogues. Equal results mean equal schemas. */
export async function readSchema(sequelize: Sequelize): Promise<Schema> {
  const entries = Object.entries(catalogues).map(async ([name, sql]) => [name, await rowsOf(sequelize, sql)]);
  return Object.fromEntries(await Promise.all(entries)) as Schema;
}
