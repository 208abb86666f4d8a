/** The frames of a stack trace that are neither of packages nor of Node.js; `undefined` if there are none. */
export function projectFrames(stack: string | null | undefined): string | undefined {
  const frames = stack?.split('\n').filter((line) => /^\s+at (?!.*(\/node_modules\/|\(node:))/.test(line));
  return frames?.length ? frames.map((line) => line.trim()).join('\n') : undefined;
}
