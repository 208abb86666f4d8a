import './libpq-environment.js';

/** Import pg from here only, so that `libpq-environment` runs first. */
export { default as pg } from 'pg';
