/** Longest reason, in characters. */
const longest = 300;

/** Collects what failed from the lines of ava's TAP output. `found` has one line per failure: its title and the start of its reason. */
export function collectFailures() {
  const found: string[] = [];
  /** Whether the next line is the first one of a reason with several lines. */
  let begins = false;
  let isExplained = true;
  const explain = (reason: string) => {
    found.push(`${found.pop()}: ${reason.length > longest ? `${reason.slice(0, longest)}…` : reason}`);
    isExplained = true;
    begins = false;
  };
  return {
    found,
    read(line: string): void {
      const failed = /^not ok \d+ - (.*?)(?<! # TODO)$/.exec(line)?.[1];
      if (failed !== undefined) {
        found.push(failed);
        isExplained = false;
      } else if (line === '  ...') isExplained = true;
      else if (isExplained) return;
      else if (begins) explain(line.trim());
      else {
        const message = /^\s+message: (.*)$/.exec(line)?.[1];
        if (message?.startsWith('|') || message?.startsWith('>')) begins = true;
        else if (message) explain(message.replace(/^(['"`])(.*?)\1?,?$/, '$2'));
      }
    },
  };
}
