import { type Crashes, createCrashes } from './crashes.js';
import { type Guard, isGuard } from './guards.js';
import type { Plan } from './points.js';

/** Parameters of a process under test. */
export interface UnderTest {
  readonly crashes: Crashes;
  readonly without: Guard | undefined;
}

const variable = 'KILL_TEST';

interface Told {
  readonly plan: Plan;
  readonly metFolder: string;
  readonly without?: string;
}

/** Passes the parameters through the environment. */
export const underTest = {
  environment: ({
    plan,
    metFolder,
    without,
  }: {
    readonly plan: Plan;
    readonly metFolder: string;
    readonly without: Guard | undefined;
  }): Readonly<Record<string, string>> => ({
    [variable]: JSON.stringify({ plan, metFolder, ...(without && { without }) } satisfies Told),
  }),

  read(): UnderTest {
    const { plan, metFolder, without } = JSON.parse(process.env[variable] ?? '') as Told;
    return {
      crashes: createCrashes(plan, metFolder),
      without: without !== undefined && isGuard(without) ? without : undefined,
    };
  },
};
