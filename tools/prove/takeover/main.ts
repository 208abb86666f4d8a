import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { product } from '../../../config/product.js';
import { projectRoot } from '../../../platform/settings/project.js';
import { workflows } from '../../../workflows/index.js';
import { runProgram, someOf } from '../../cli/command-line.mjs';
import type { Program } from '../../cli/program.js';
import { isScaffold } from '../../init/remove-examples.js';
import { interruption } from '../../test/run-ava.js';
import { type Clone, Scaffold } from './clone.js';
import { deployResult } from './deploy-result.js';
import { parseGuide } from './guide.js';
import { performGuide } from './perform.js';

/** The guides in the order of their story: each is performed on the result of those before. */
const guides = [
  ...(['init', 'workflow', 'settings', 'activity', 'table', 'endpoint', 'schedule', 'messages', 'container'] as const),
  ...(['debugging', 'upgrade'] as const),
] as const;
type GuideName = (typeof guides)[number];

const program = {
  call: 'npm run test:takeover --',
  summary: `Checks that a team can take over the scaffold: performs all guides of docs/guides/ in a clone, literally, and runs everything
there. Another clone keeps the examples.`,
  options: {
    guides: {
      value: 'NAMES',
      parse: someOf(guides),
      help: `Only initialise a clone and perform these guides, separated by commas: ${guides.join(', ')}`,
    },
    keep: { help: 'Keep the clones' },
  },
  notes: 'Exit codes: 0 all steps pass, 1 a step fails, 64 wrong usage',
} as const satisfies Program;

const say = (line: string) => process.stdout.write(`${line}\n`);
const initialise = 'npm run init -- --name shop --title Shop --remove-examples';
/** What a change of the product can break, besides `test/`. */
const tests =
  'npm test -- api/ client/ config/ database/ workflows/ activities/ worker/ infra/ tools/init/ tools/new/ tools/generate/';

/** Steps, some at the same time. The first that fails stops the others. */
class Steps {
  passed = 0;
  failed: { readonly title: string; readonly error: Error } | undefined;
  readonly #stop = new AbortController();
  readonly signal = AbortSignal.any([interruption(), this.#stop.signal]);

  /** Runs a step and prints its duration. */
  async step<T>(title: string, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      const result = await work();
      this.passed += 1;
      say(`ok - ${title} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
      return result;
    } catch (error) {
      this.failed ??= { title, error: error as Error };
      this.#stop.abort();
      throw error;
    }
  }
}

/** Waits until all lanes have ended. @throws the error of the first lane that failed */
async function together(...lanes: readonly Promise<unknown>[]): Promise<void> {
  for (const ended of await Promise.allSettled(lanes)) if (ended.status === 'rejected') throw ended.reason;
}

await runProgram(program, async ({ guides: chosen, keep }) => {
  if (!isScaffold(product, workflows.path)) {
    say('# NOT RUN: this is a product, not the scaffold');
    return 0;
  }
  const steps = new Steps();
  const scaffold = new Scaffold(steps.signal);
  try {
    await steps.step('the scaffold is copied', () => scaffold.make());
    const shop = await scaffold.clone('shop');
    if (chosen) await performAll(steps, shop, scaffold, ['init', ...chosen]);
    else await together(takeOver(steps, shop, scaffold), keepExamples(steps, await scaffold.clone('kept')));
    say(`${steps.passed} passed, 0 failed`);
    return 0;
  } catch (error) {
    const { title, error: first } = steps.failed ?? { title: 'the test itself', error: error as Error };
    say(`not ok - ${title}\n${first.message}\n${steps.passed} passed, 1 failed`);
    return 1;
  } finally {
    if (keep) say(`# The clones are beside ${scaffold.folder}`);
    else scaffold.remove();
  }
});

async function takeOver(steps: Steps, shop: Clone, scaffold: Scaffold): Promise<void> {
  await performAll(steps, shop, scaffold, guides);
  await steps.step('npm run check passes', () => shop.prove('npm run check'));
  // A deploy mostly waits.
  await together(testProduct(steps, shop), operate(steps, shop));
}

async function testProduct(steps: Steps, shop: Clone): Promise<void> {
  await steps.step('the tests of workflows and routes pass', () => shop.prove('npm test -- test/'));
  await steps.step('the other tests of the product pass', () => shop.prove(tests));
}

async function operate(steps: Steps, shop: Clone): Promise<void> {
  await steps.step('npm start -- --once passes', () => shop.run('npm start -- --once'));
  await steps.step('npx cdktf synth passes', () => shop.run('npx cdktf synth'));
  const notRun = await steps.step('the result is deployed', () => deployResult(shop));
  if (notRun) say(`# NOT RUN: a deploy of the result: ${notRun}`);
}

async function keepExamples(steps: Steps, kept: Clone): Promise<void> {
  await steps.step('a clone is initialised with its examples', () => kept.run('npm run init -- --name with-examples'));
  await steps.step('npm run new adds one of each kind', async () => {
    for (const kind of ['workflow', 'schedule', 'activity', 'route']) await kept.run(`npm run new ${kind} new-${kind}`);
    for (const name of ['create-new-things', 'change-new-things']) await kept.run(`npm run new migration ${name}`);
    await kept.run('npm run record:histories');
  });
  await steps.step('npm run check passes with the examples', () => kept.run('npm run check'));
  await steps.step('the tests of the examples, and of what is new, pass', () =>
    kept.run('npm test -- test/ activities/'),
  );
}

async function performAll(steps: Steps, shop: Clone, scaffold: Scaffold, names: readonly GuideName[]): Promise<void> {
  let initialised: string | undefined;
  for (const name of guides.filter((one) => names.includes(one))) {
    const path = `docs/guides/${name}.md`;
    if (name === 'upgrade') await scaffold.publishNext();
    const file = join(projectRoot, path);
    if (existsSync(file)) {
      const { folder, env, passed } = shop;
      const place = { folder, env, passed, signal: steps.signal };
      await steps.step(`${path} is performed`, () => performGuide(parseGuide(path, readFileSync(file, 'utf8')), place));
    } else say(`# NOT RUN: ${path} does not exist`);
    initialised ??= await steps.step('a second run of npm run init changes nothing', () => checkInitialised(shop));
  }
  const touched = await shop.run(`git add --all && git diff --cached --name-only ${initialised}`);
  const paths = touched.split('\n').filter(Boolean);
  say(`# The guides touch ${paths.length} paths:\n${paths.map((path) => `#   ${path}`).join('\n')}`);
}

/** @returns the commit of the initialised clone */
async function checkInitialised(shop: Clone): Promise<string> {
  const first = await shop.commit('Start the product');
  const output = await shop.run(initialise);
  if (!/^Nothing to change/m.test(output)) throw new Error(`${initialise} printed:\n${output}`);
  if ((await shop.commit('A second time')) !== first) throw new Error(`${initialise} changed files a second time`);
  const changed = await shop.run(`git diff --name-only origin/main -- platform tools`);
  if (changed !== '') throw new Error(`npm run init changed files of the platform:\n${changed}`);
  return first;
}
