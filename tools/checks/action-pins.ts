import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const use = /^\s*(?:-\s+)?uses:\s*(\S.*?)\s*$/;
const local = /^["']?\.\//;
const byCommit = /^["']?[\w.-]+\/[\w./-]+@[0-9a-f]{40}["']? # v?\d+(\.\d+)*$/;
const byDigest = /^["']?docker:\/\/\S+@sha256:[0-9a-f]{64}["']?(?: #.*)?$/;

/**
 * Actions of GitHub workflows that a moved tag could replace, as `file:line: why`. An action is pinned by its commit, with
 * its version in a comment, or by the digest of its image.
 * @param files - paths below `root`; none in a project that is not on GitHub
 */
export function findUnpinnedActions(root: string, files: readonly string[]): string[] {
  return files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const [, action] = use.exec(line) ?? [];
        if (!action || [local, byCommit, byDigest].some((form) => form.test(action))) return [];
        return [`${file}:${index + 1}: ${action} is not of the form owner/name@<40 hex digits> # <version>`];
      }),
  );
}
