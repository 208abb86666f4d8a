import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { product } from '../../../../config/product.js';
import { imageName, labels } from '../../../../infra/stage.js';
import { endProcess, processIdentity } from '../../../cli/processes.mjs';
import { Engine } from '../../engine.js';

const prefix = 'command-';
/** Begins the names of the tests' stages. */
export const stagePrefix = 'atlas-test-';
/** Terraform finishes the operation that runs; in milliseconds. */
const stopMs = 60_000;

/** Notes a command in the temporary folder until it ends, because it outlives a test process that is killed. */
export function noteCommand(pid: number): () => void {
  const file = join(tmpdir(), `${prefix}${pid}`);
  writeFileSync(file, processIdentity(pid) ?? '');
  return () => rmSync(file, { force: true });
}

/** Ends the noted commands that still run. */
export async function endCommands(folder: string): Promise<void> {
  const files = readdirSync(folder).filter((name) => name.startsWith(prefix));
  const noted = files.map((name) => ({
    pid: Number(name.slice(prefix.length)),
    identity: readFileSync(join(folder, name), 'utf8'),
  }));
  await Promise.all(noted.map((id) => endProcess(id, { signal: 'SIGINT', boundMs: stopMs })));
}

/** Removes all stages of the tests from the engine. */
export async function removeStages(): Promise<void> {
  const engine = new Engine();
  const list = async (...args: string[]) => (await engine.docker(args)).split('\n').filter(Boolean);
  const label = ['--filter', `label=${labels.stage}`, '--format', `{{.ID}} {{.Label "${labels.stage}"}}`];
  const ofTests = (found: string[]) =>
    found.flatMap((line) => {
      const [id = '', stage = ''] = line.split(' ');
      return stage.startsWith(stagePrefix) ? [id] : [];
    });
  const containers = ofTests(await list('ps', '--all', ...label));
  if (containers.length > 0) await engine.docker(['rm', '--force', '--volumes', ...containers]);
  for (const network of ofTests(await list('network', 'ls', ...label))) await engine.removeNetwork(network);
  const named = (name: string) => name.startsWith(`${product.name}-${stagePrefix}`);
  for (const volume of (await list('volume', 'ls', '--format', '{{.Name}}')).filter(named))
    await engine.removeVolume(volume);
  for (const image of await engine.imagesOf(imageName))
    if (image.startsWith(`${imageName}:${stagePrefix}`)) await engine.removeImage(image);
}
