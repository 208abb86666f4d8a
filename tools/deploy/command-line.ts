import { wholeNumber } from '../cli/command-line.mjs';
import type { Program, Request as RequestOf } from '../cli/program.js';

export const program = {
  call: 'npm run',
  summary: `Manages a stage: the platform in containers on a Docker engine. ATLAS_STAGE names the stage (default dev).`,
  commands: {
    plan: {
      help: 'Show what a deploy would change',
      options: { 'detailed-exitcode': { help: 'Exit with 2 if there are changes' } },
    },
    deploy: {
      help: 'Create or update the stage',
      options: {
        'reset-password': { help: "First set the existing data's passwords to those in the stage's secrets folder" },
      },
    },
    destroy: {
      help: 'Remove the containers; the data stays',
      options: {
        data: { help: 'Remove the data too, after a confirmation' },
        yes: { short: 'y', help: 'Skip the confirmation' },
      },
    },
    status: {
      help: 'List the containers: health, version, uptime, addresses',
      options: { json: { help: 'Print JSON' } },
    },
    logs: {
      help: 'Print the logs of the containers, or of one part, such as api',
      argument: { name: 'part' },
      options: {
        follow: { short: 'f', help: 'Keep printing new lines until Ctrl-C' },
        tail: { value: 'N', parse: wholeNumber(0), default: '100', help: 'Last lines of each container' },
        run: { value: 'ID', help: 'Only the lines that name this run' },
      },
    },
    backup: {
      help: 'Back up the whole PostgreSQL server while it runs, into a new folder',
      argument: { name: 'folder' },
    },
    restore: {
      help: 'Restore a backup into a stage without data, and deploy it',
      argument: { name: 'folder', required: true },
    },
  },
  notes: `Exit codes
  0    Done; status: all containers are healthy
  1    Failed: the message says what is wrong and what to do
  2    plan -- --detailed-exitcode: there are changes
  64   Wrong command line
  78   Invalid settings: nothing was done
  130  Ctrl-C: running work ended cleanly (143: SIGTERM, 129: SIGHUP)
  141  The output was closed, as in npm run logs | head; commands that change a stage stop as after Ctrl-C, with 130

npm run doctor checks whether this machine can deploy. Settings come from the environment and from .env (docs/settings.md);
docs/deploy.md explains stages.`,
} as const satisfies Program;

export type Request = RequestOf<typeof program>;
export type CommandName = Request['command'];
export type Options<N extends CommandName> = Extract<Request, { command: N }>;
