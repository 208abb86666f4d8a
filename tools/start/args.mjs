// Plain JavaScript without dependencies: answers `--help` in a clone where nothing is installed yet.
import { parseArgs } from 'node:util';

/** Exit code for a wrong command line (EX_USAGE of sysexits.h). */
export const exitCodeUsage = 64;

/**
 * What `npm start` was asked for.
 * @typedef {object} StartOptions
 * @property {boolean} once run the health check, then stop everything and exit
 * @property {boolean} ephemeral keep the data in a temporary folder and remove it at the end
 * @property {boolean} watch restart API and worker when their sources change
 */

/** @typedef {{ kind: 'run', options: StartOptions } | { kind: 'help' } | { kind: 'wrong', message: string }} Request */

export const usage = `Starts the whole platform on this machine: PostgreSQL, Temporal with its UI, the migrations, the worker and the API.
Then runs the health-check workflow through all of them and stays until Ctrl-C. Only when that finds all well, it says "Ready".

  npm start                      everything, with its data in .atlas/
  npm start -- --once            the same, but ends after the health check; exits 0 only if it completed with "ok"
  npm start -- --ephemeral       keeps no data: works in a temporary folder that is removed at the end
  npm run dev                    restarts API and worker when their sources change (the same as --watch)
  npm start -- --help            this text

Exit codes
  0   stopped by Ctrl-C (or SIGTERM, SIGHUP) when it was ready, or --once completed with "ok"
  1   something could not be started, or died, or the health check did not complete; the message says what, and shows the
      end of its log. With --once also when the health check found something that does not work
  64  a wrong option
  78  a setting is not valid; nothing was started
  130 Ctrl-C before it was ready, or a second Ctrl-C (143 for SIGTERM, 129 for SIGHUP)
  141 the output was closed, as in npm start | head; everything was stopped

Settings come from the environment and from .env; docs/settings.md explains each. The ones that matter here:
  API_PORT, POSTGRES_PORT, TEMPORAL_ADDRESS, TEMPORAL_UI_PORT, WORKER_HEALTH_PORT
                                 a port that you set must be free; a default one moves to the next free port
  POSTGRES_PASSWORD              password of the app's role; one is made and kept with the data when it is not set
  ATLAS_DATA_DIR                 folder for data and logs instead of .atlas/
  TEMPORAL_CLI_PATH              Temporal CLI to use instead of one that is found or downloaded
  NO_COLOR                       no colours
`;

/**
 * Reads the command line.
 * @param {readonly string[]} args without node and the script
 * @returns {Request}
 */
export function readArgs(args) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean', default: false },
        ephemeral: { type: 'boolean', default: false },
        watch: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    if (values.once && values.watch)
      return { kind: 'wrong', message: '--once ends after one run, --watch stays: choose one of the two' };
    return { kind: 'run', options: { once: values.once, ephemeral: values.ephemeral, watch: values.watch } };
  } catch (error) {
    return { kind: 'wrong', message: error instanceof Error ? error.message : String(error) };
  }
}
