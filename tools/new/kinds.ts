import { addModule, addProperty } from './source.js';
import { filesOf, type GeneratedFile, spellings } from './template.js';

/** A change of an existing file. */
export interface Edit {
  readonly path: string;
  /** What it does, for people who have to do it by hand. */
  readonly what: string;
  readonly apply: (text: string) => string;
}

export interface Generated {
  readonly files: readonly GeneratedFile[];
  readonly edits: readonly Edit[];
  /** Whether the API changes: then contract and client are generated again. */
  readonly changesApi: boolean;
  readonly next: readonly string[];
}

const workflow = (name: string, template: string): Generated => ({
  files: filesOf(template, name),
  edits: [],
  changesApi: true,
  next: [
    `Describe its input and output in workflows/${name}/definition.ts, and write workflows/${name}/workflow.ts`,
    `Test it in test/workflows/${name}.test.ts`,
    `npm run record:histories -- ${name}    runs that test and records the history, which npm test replays from then on`,
  ],
});

function activity(name: string): Generated {
  const create = `create${spellings(name).pascal}Activities`;
  const ownImport = `import { ${create} } from './${name}.js';`;
  const spread = `...${create}({ now: () => new Date() })`;
  return {
    files: filesOf('activity', name),
    edits: [
      {
        path: 'activities/index.ts',
        what: `${ownImport}, and ${spread} in createActivities`,
        apply: (text) => addProperty(addModule(text, ownImport), 'createActivities', spread),
      },
    ],
    changesApi: false,
    next: [
      `Write activities/${name}.ts, and pass it what it uses in activities/index.ts`,
      `npm test -- activities/${name}.test.ts`,
    ],
  };
}

function route(name: string): Generated {
  return {
    files: filesOf('route', name),
    edits: [],
    changesApi: true,
    next: [`Write api/routes/${name}.ts`, `npm run generate`, `npm test -- test/api/${name}.test.ts`],
  };
}

/** @param existing - names of the existing migrations, without their endings; the new one is applied after them */
function migration(name: string, existing: readonly string[], now: Date): Generated {
  const created = /^create-(.+)$/.exec(name)?.[1];
  const all = filesOf('migration', created ?? name);
  const stamp = timestampAfter(
    existing
      .map((file) => file.slice(0, 12))
      .sort()
      .at(-1),
    now,
  );
  const template = all.find(({ path }) => path === `migrations/${name}.ts`);
  return {
    files: template ? [{ path: `migrations/${stamp}-${name}.ts`, text: template.text }] : [],
    edits: [],
    changesApi: false,
    next: [`Write the statements`, `npm test -- test/database/migrations.test.ts`, 'npm run dev applies it'],
  };
}

/** The current minute, or the minute after `last` if that is later: migrations are applied in the order of their names. */
export function timestampAfter(last: string | undefined, now: Date): string {
  const current = now.toISOString().replaceAll(/[-:T]/g, '').slice(0, 12);
  if (last === undefined || last < current) return current;
  const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(last)?.map(Number) ?? [];
  const next = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, (minute ?? 0) + 1));
  return next.toISOString().replaceAll(/[-:T]/g, '').slice(0, 12);
}

export const kinds = {
  workflow: (name: string) => workflow(name, 'workflow'),
  schedule: (name: string) => workflow(name, 'schedule'),
  activity,
  route,
  migration,
};
export type Kind = keyof typeof kinds;
