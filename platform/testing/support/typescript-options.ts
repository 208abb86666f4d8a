/** The options of Node.js by which this process loads TypeScript, for processes that run sources. */
export const typescriptOptions: readonly string[] = process.execArgv.filter((option) => option.startsWith('--import='));
