/** Longest reason, in characters. */
const longest = 300;

/** Collects what failed from the lines of ava's TAP output. `found` has one line per failure: its title and the start of its reason. */
export function collectFailures() {
  const found: string[] = [];
  /** The lines so far of a reason that YAML wrote on several lines, and the deepest indentation of a line after it. */
  let block: { readonly lines: string[]; readonly isFolded: boolean; readonly indent: number } | undefined;
  let isExplained = true;
  const explain = (reason: string) => {
    if (reason !== '')
      found.push(`${found.pop()}: ${reason.length > longest ? `${reason.slice(0, longest)}…` : reason}`);
    isExplained = true;
    block = undefined;
  };
  const readBlock = (line: string, { lines, isFolded, indent }: NonNullable<typeof block>) => {
    const isInBlock = line.search(/\S/) > indent;
    if (isInBlock) lines.push(line.trim());
    if (!isInBlock || !isFolded) explain(lines.join(' '));
  };
  const read = (line: string): void => {
    const failed = /^not ok \d+ - (.*?)(?<! # TODO)$/.exec(line)?.[1];
    if (failed !== undefined) {
      found.push(failed);
      isExplained = false;
    } else if (isExplained) return;
    else if (block) readBlock(line, block);
    else if (line === '  ...') isExplained = true;
    else {
      const [, indent = '', message] = /^(\s+)message: (.*)$/.exec(line) ?? [];
      if (message && /^[|>]/.test(message))
        block = { lines: [], isFolded: message.startsWith('>'), indent: indent.length };
      else if (message) explain(message.replace(/^(['"`])(.*?)\1?,?$/, '$2'));
    }
  };
  return { found, read };
}
