import { product } from '../../config/product.js';
import { type SettingGroup, type SettingSchema, settingGroups } from '../../platform/settings/setting.js';
import { expectation } from '../../platform/settings/settings.js';
import { type SettingName, settingFor, settingsSchema } from '../../platform/settings/settings-schema.js';

const settings: readonly (readonly [string, SettingSchema])[] = (Object.keys(settingsSchema) as SettingName[]).map(
  (name) => [name, settingFor(product, name)],
);

const inGroup = (group: SettingGroup) => settings.filter(([, schema]) => schema.group === group);

function defaultOf(schema: SettingSchema): string {
  if (!('default' in schema) || schema.default === undefined) return '';
  return Array.isArray(schema.default) ? schema.default.join(',') : String(schema.default);
}

/** The text of `.env.example`: every variable, commented out at its default, with what it is for. */
export function envExample(): string {
  const head = [
    '# Every setting, each at its default. Copy this file to .env and remove the # in front of what you change.',
    '# Written by `npm run generate:settings` from platform/settings/settings-schema.ts.',
  ];
  const groups = settingGroups.map((group) =>
    [`# --- ${group} ---`, ...inGroup(group).map(([name, schema]) => exampleOf(name, schema))].join('\n\n'),
  );
  return `${[head.join('\n'), ...groups].join('\n\n')}\n`;
}

function exampleOf(name: string, schema: SettingSchema): string {
  const lines = [`# ${schema.description}; ${expectation(schema)}.`, `#${name}=${defaultOf(schema)}`];
  if (schema.secret) lines.push(`#${name}_FILE=`);
  return lines.join('\n');
}

/** The text of `docs/settings.md`. */
export function settingsDocument(): string {
  const tables = settingGroups.map((group) =>
    [
      `## ${group}`,
      '',
      '| variable | default | what it is for |',
      '| --- | --- | --- |',
      ...inGroup(group).map(([name, schema]) => rowOf(name, schema)),
    ].join('\n'),
  );
  return `${[introduction, ...tables].join('\n\n')}\n`;
}

function rowOf(name: string, schema: SettingSchema): string {
  const shownDefault = defaultOf(schema);
  const marks = [schema.required && 'required', schema.secret && `secret, also as \`${name}_FILE\``].filter(Boolean);
  const notes = marks.length > 0 ? ` (${marks.join('; ')})` : '';
  const text = `${schema.description}; ${expectation(schema)}${notes}`.replaceAll('|', '\\|');
  return `| \`${name}\` | ${shownDefault === '' ? '' : `\`${shownDefault}\``} | ${text} |`;
}

const introduction = `# Settings

Everything that can be set is an environment variable. A \`.env\` file in the clone is read too; what is set outside wins.
Each process reads and checks all of them once, before it does anything else: every fault is told at once, by variable,
and the process ends with exit code 78. A variable that is set to nothing counts as not set. An unknown
variable is a warning if it begins with \`ATLAS_\`, or if at most two letters separate it from a setting; in the \`.env\`
file also if it begins like a setting (\`API_\`, \`LOG_\`).

Each line of the \`.env\` file is \`NAME=value\` (\`export\` may come first), a comment that begins with \`#\`, or empty. Quote a
value that contains \`#\` or begins with a quote; single quotes, double quotes and backticks all work. A quoted value may span
lines; in double quotes \`\\n\` is a line break. Any other line, a quote that is not closed, and a second value for the same
name are faults, reported with their line number.

The \`.env\` file, secrets and certificates are read as UTF-8, or as UTF-16 with a byte order mark. A file in another encoding
is a fault.

A secret \`X\` may also be given as \`X_FILE\`, the path of a file that holds it; to set both is a fault.
The values of secrets are never printed.

\`npm start\` runs its own PostgreSQL and Temporal: there, \`POSTGRES_PORT\`, the port in \`TEMPORAL_ADDRESS\`,
\`API_PORT\`, \`WORKER_HEALTH_PORT\` and \`TEMPORAL_UI_PORT\` say where these listen. A port that you set must be free; one
that you did not set moves to the next free one.

Variables for other programs change nothing: pg ignores those of libpq (\`PGHOST\`, \`PGSSLMODE\`, …), and the Temporal CLI that
\`npm start\` runs ignores \`TEMPORAL_*\` and the profiles in \`~/.config/temporalio\`. Two exceptions: Node.js reads its own
(\`NODE_OPTIONS\`, \`NODE_EXTRA_CA_CERTS\`, …), and Terraform reads those of libpq for \`ATLAS_STATE_BACKEND=pg\`.

Downloads (npm, pip, the Temporal CLI) go through the proxy that the environment names. Connections to this machine never do, and
neither do connections to a host name without a dot, such as \`temporal\` in a deployed stage. API and worker reach a Temporal
elsewhere through the HTTP proxy in \`grpc_proxy\`, \`https_proxy\` or \`http_proxy\` (lower case, the first that is set), unless
\`no_grpc_proxy\` or \`no_proxy\` excludes its host.

This page is written by \`npm run generate:settings\` from \`platform/settings/settings-schema.ts\`.`;
