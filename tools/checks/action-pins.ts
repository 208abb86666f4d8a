import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const use = /^\s*(?:-\s+)?uses:\s*(\S.*?)\s*$/;
const local = /^["']?\.\//;
const byCommit = /^["']?[\w.-]+\/[\w./-]+@[0-9a-f]{40}["']? # v?\d+(\.\d+)*$/;
const byDigest = /^["']?docker:\/\/\S+@sha256:[0-9a-f]{64}["']?(?: #.*)?$/;

/**
 * Finds actions of GitHub workflows that are pinned neither by commit, with the version in a comment, nor by image digest: a moved tag
 * would replace them.
 * @param files - paths below `root`
 * @returns `file:line: message` for each
 */
export function findUnpinnedActions(root: string, files: readonly string[]): string[] {
  return files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const [, action] = use.exec(line) ?? [];
        if (!action || [local, byCommit, byDigest].some((form) => form.test(action))) return [];
        return [`${file}:${index + 1}: ${action} is not pinned; write owner/name@<40 hex digits> # <version>`];
      }),
  );
}
