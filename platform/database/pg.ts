import './libpq-environment.js';

/** The only place that loads pg. */
export { default as pg } from 'pg';
