import { generalSettings } from '../../platform/settings/schema/general.js';
import type { Program } from '../cli/program.js';

const stage = {
  value: 'STAGE',
  help: 'The secrets of this deployed stage (default: those of npm start, in .env)',
  parse: stageName,
} as const;

export const program = {
  call: 'npm run secrets --',
  summary: "Sets and lists the product's secrets, which config/settings.ts defines.",
  commands: {
    set: {
      help: 'Store the value that standard input contains; on a terminal, ask for it without showing it',
      argument: { name: 'name', required: true },
      options: { stage },
    },
    list: { help: 'Show which secrets are set, never their values', options: { stage } },
  },
  notes: `A secret of a stage reaches the containers that use it at the next deploy. docs/guides/settings.md has an example.
Exit codes: 0 done, 1 failed, 64 wrong command line, 78 invalid settings`,
} as const satisfies Program;

function stageName(text: string): string {
  if (new RegExp(generalSettings.ATLAS_STAGE.pattern).test(text)) return text;
  throw new Error(
    `${JSON.stringify(text)} is not 1 to 20 lower-case letters, digits and hyphens, beginning with a letter`,
  );
}
