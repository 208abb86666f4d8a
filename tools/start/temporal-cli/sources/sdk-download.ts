import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { howItEnded, run } from '../child-process.js';
import { downloadIntoCache } from '../download.js';
import type { Source } from '../source.js';
import { pinnedVersion } from '../version.js';

const childProgram = fileURLToPath(new URL('sdk-download-child.mjs', import.meta.url));

/** The download of Temporal's SDK, in its own process because it has no time limit and cannot be cancelled. */
export const sdkDownload: Source = {
  name: 'download',
  title: "the SDK's download from temporal.download",
  find: (context) =>
    downloadIntoCache(context, {
      message: `Downloading the Temporal CLI ${pinnedVersion} from temporal.download`,
      async fetch(folder, signal) {
        const ended = await run(process.execPath, [childProgram, folder, `v${pinnedVersion}`], {
          env: context.env,
          signal,
          holdStdin: true,
        });
        // The exit code does not count: after the download the SDK also starts a server, which is not needed here.
        const downloaded = (await readdir(folder)).find((name) => !name.endsWith('.downloading'));
        if (downloaded === undefined) throw new Error(howItEnded(ended));
        return join(folder, downloaded);
      },
    }),
};
