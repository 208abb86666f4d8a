import { Context } from '@temporalio/activity';
import type { Sequelize } from 'sequelize';
import type { Crashes } from '../crashes.js';
import type { Step } from './definition.js';

export interface ThreeEffectsDeps {
  readonly sequelize: Sequelize;
  readonly crashes: Crashes;
}

/** The step after which the worker is killed. */
const killedAfter: Step = 'second';

export const createThreeEffectsActivities = ({ sequelize, crashes }: ThreeEffectsDeps) => ({
  /** Records the attempt, then the effect, unless an earlier attempt did. The key of an effect is run id and step. */
  async recordEffect({ runId, number, step }: { runId: string; number: number; step: Step }): Promise<Step> {
    const { attempt } = Context.current().info;
    await sequelize.query('INSERT INTO kill_attempts (run_id, step, attempt) VALUES ($1, $2, $3)', {
      bind: [runId, step, attempt],
    });
    await sequelize.query('INSERT INTO kill_effects (run_id, step) VALUES ($1, $2) ON CONFLICT DO NOTHING', {
      bind: [runId, step],
    });
    if (step === killedAfter) crashes.killAt('after-effect', number);
    return step;
  },
});

export type ThreeEffectsActivities = ReturnType<typeof createThreeEffectsActivities>;
