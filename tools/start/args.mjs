// Plain JavaScript: `npm start -- --help` works before the packages are installed.
/** @import { Request } from '../cli/program.js' */
/** @typedef {Request<typeof program>} StartOptions */

export const program = /** @type {const} */ ({
  call: 'npm start --',
  summary: `Starts the whole platform on this machine: PostgreSQL, Temporal with its UI, the migrations, the worker and the API.
Then runs the health check workflow, prints "Ready" if it passes, and keeps running until Ctrl-C. The data is in .atlas/.`,
  options: {
    once: { help: 'Exit after the health check, with 0 only if it passes', excludes: 'watch' },
    ephemeral: { help: 'Use a temporary data folder and remove it at the end' },
    watch: { help: 'Restart API and worker when files change that they import; same as npm run dev' },
    inspect: { help: 'Let debuggers on this machine attach to the API (port 9229) and the worker (port 9230)' },
  },
  notes: `Exit codes
  0    Ctrl-C, SIGTERM or SIGHUP after "Ready"; with --once: the health check passed
  1    Something failed to start or stopped, or the health check did not complete: the message names it and shows the end of
       its log. With --once: the health check failed
  64   Wrong command line
  78   Invalid settings: nothing was started
  130  Ctrl-C before "Ready", or a second Ctrl-C (143: SIGTERM, 129: SIGHUP)
  141  The output was closed, as in npm start | head: everything was stopped

Settings come from the environment and from .env; docs/settings.md has all of them. For npm start:
  API_PORT, POSTGRES_PORT, TEMPORAL_ADDRESS, TEMPORAL_UI_PORT, WORKER_HEALTH_PORT
                     A port that you set must be free; a default port moves to the next free one
  POSTGRES_PASSWORD  Password of the app's database role (default: generated and kept with the data)
  ATLAS_DATA_DIR     Folder for data and logs (default .atlas)
  TEMPORAL_CLI_PATH  Temporal CLI to use; otherwise one is found or downloaded
  NO_COLOR           No colours`,
});
