/** What webpack writes around its errors: the way to a module, the causes within swc, and how it looked for a file. */
const isNoise = (line: string): boolean => /^( @ |Caused by:|Stack backtrace:|resolve ')/.test(line);
const pointsToWebpack = (message: string): boolean => message.startsWith('Webpack finished with errors');

/**
 * The errors in the text of a failed build, each with its file and line.
 * @param messages - as the bundler logged them
 * @param reason - the message of the error that it threw
 */
export function bundleErrors(messages: readonly string[], reason: string): string {
  const errors = messages.flatMap((message) => message.split(/^ERROR in /m).slice(1)).map(describe);
  if (errors.length === 0) return [...messages, reason].join('\n');
  return [...errors, ...(pointsToWebpack(reason) ? [] : [reason])].join('\n');
}

function describe(error: string): string {
  const [where = '', ...lines] = error.split('\n');
  const [file = '', line] = where.replace(/^\.\//, '').split(/[ :]/);
  const end = lines.findIndex(isNoise);
  const body = lines
    .slice(0, end === -1 ? undefined : end)
    .filter((text) => text.trim() !== '' && !/^(Module build failed|webpack \S+ compiled)/.test(text));
  // swc shows the place above the code.
  const frame = body.findIndex((text) => /\[.+:\d+:\d+\]$/.test(text));
  const [, frameLine] = /:(\d+):\d+\]$/.exec(body[frame] ?? '') ?? [];
  const [message = '', ...code] = body.filter((_, index) => index !== frame);
  const text = message.replace(/^(Module not found: )?(\w*Error: )?\s*([x×] )?/, '');
  return [`${[file, line ?? frameLine].filter(Boolean).join(':')}: ${text}`, ...code].join('\n');
}
