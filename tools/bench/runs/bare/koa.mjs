// The bare side of reads and memory: Koa, and a query by id.
import Koa from 'koa';
import pg from 'pg';

const { PORT, POSTGRES_HOST, POSTGRES_PORT, POSTGRES_DB, POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_POOL_MAX } =
  process.env;
const pool = new pg.Pool({
  host: POSTGRES_HOST,
  port: Number(POSTGRES_PORT),
  database: POSTGRES_DB,
  user: POSTGRES_USER,
  password: POSTGRES_PASSWORD,
  max: Number(POSTGRES_POOL_MAX),
});

const find = {
  // pg prepares named statements once per connection.
  name: 'find-run',
  text: `SELECT id, workflow, status, input, result, failure, workflow_id, temporal_run_id, created_at, updated_at, started_at, ended_at
    FROM runs WHERE id = $1`,
};
const runs = '/v1/runs/';

const app = new Koa();
app.use(async (ctx) => {
  if (ctx.path.startsWith(runs)) {
    const { rows } = await pool.query({ ...find, values: [ctx.path.slice(runs.length)] });
    if (rows.length === 0) ctx.throw(404);
    ctx.body = rows[0];
  } else ctx.body = { status: 'ok' };
});
app.listen(Number(PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit());
