// A peer of runs: DBOS, whose workflows and steps run in this process and are recorded in PostgreSQL. Behind `node:http`, with its defaults.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const { PORT, PEERS, POSTGRES_HOST, POSTGRES_PORT, POSTGRES_DB, POSTGRES_USER, POSTGRES_PASSWORD = '' } = process.env;
const { DBOS } = createRequire(`${PEERS}/package.json`)('@dbos-inc/dbos-sdk');

/** @param {string} name */
const composeGreeting = async (name) => `Good ${new Date().getUTCHours() < 12 ? 'morning' : 'day'}, ${name}!`;

const steps = DBOS.registerWorkflow(
  /** @param {{ count: number }} input */
  async ({ count }) => {
    for (let step = 1; step <= count; step += 1)
      await DBOS.runStep(() => composeGreeting(`Ada ${step}`), { name: 'composeGreeting' });
    return { count };
  },
  { name: 'steps' },
);

const server = `${POSTGRES_HOST}:${POSTGRES_PORT}`;
const systemDatabaseUrl = `postgresql://${POSTGRES_USER}:${encodeURIComponent(POSTGRES_PASSWORD)}@${server}/${POSTGRES_DB}`;
DBOS.setConfig({ name: 'bench', systemDatabaseUrl, logLevel: 'warn' });
await DBOS.launch();

createServer(async (request, response) => {
  let status = 200;
  let body = '{}';
  try {
    const chunks = await request.toArray();
    if (request.method === 'POST') body = JSON.stringify(await steps(JSON.parse(Buffer.concat(chunks).toString())));
  } catch (error) {
    status = 500;
    body = JSON.stringify({ message: String(error) });
  }
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}).listen(Number(PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit());
