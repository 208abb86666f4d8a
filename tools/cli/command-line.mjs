// Plain JavaScript: `npm start` reads its command line before the packages are installed.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

/** @import { Command, Option, Program, Request } from './program.js' */

/** Exit code for a wrong command line (EX_USAGE of sysexits.h). */
const exitCodeUsage = 64;

/** The command line is wrong; nothing has been done. */
export class UsageError extends Error {
  code = 'usage-error';
}

/**
 * Runs a program: prints its help text on request, rejects a wrong command line with exit code 64, otherwise exits with the code that
 * `main` returns. `main` may throw a `UsageError` too; other errors are reported with exit code 1.
 * @template {Program} P
 * @param {P} program
 * @param {(request: Request<P>) => Promise<number | void>} main
 * @param {readonly string[]} [args] the command line
 */
export async function runProgram(program, main, args = process.argv.slice(2)) {
  try {
    const request = parseCommandLine(program, args);
    if (request === undefined) process.stdout.write(helpOf(program));
    else process.exitCode = (await main(request)) ?? process.exitCode;
  } catch (error) {
    const isUsage = error instanceof UsageError;
    const { code, message, stack } = /** @type {NodeJS.ErrnoException} */ (error);
    // An error without a code is a defect of the program: its stack shows where.
    process.stderr.write(`${code ? message : stack}\n`);
    if (isUsage) process.stderr.write(`See ${callOf(program, args[0])} --help\n`);
    process.exitCode = isUsage ? exitCodeUsage : 1;
  }
}

/**
 * @template {Program} P
 * @param {P} program
 * @param {readonly string[]} args without node and the script
 * @returns {Request<P> | undefined} `undefined` if the help text is requested
 * @throws {UsageError}
 */
export function parseCommandLine(program, args) {
  const [name, command] = program.commands ? commandOf(program.commands, args[0]) : [undefined, program];
  if (!command) return undefined;
  const { argument, options = {} } = command;
  const { values, positionals } = parse(options, args.slice(name ? 1 : 0));
  if (values['help']) return undefined;
  const surplus = argument?.repeatable ? [] : positionals.slice(argument ? 1 : 0);
  if (surplus.length > 0) throw new UsageError(`Unexpected argument: ${surplus.join(' ')}`);
  /** @type {Record<string, unknown>} */
  const request = name ? { command: name } : {};
  for (const [key, option] of Object.entries(options)) {
    const { [key]: value = option.default, [option.excludes ?? '']: other } = values;
    if (value && other) throw new UsageError(`--${key} and --${option.excludes} exclude each other`);
    request[key.replace(/-(.)/g, (_, letter) => letter.toUpperCase())] = option.value
      ? convert(`--${key}`, option, value?.toString())
      : value === true;
  }
  if (argument?.repeatable) request[argument.name] = positionals;
  else if (argument) request[argument.name] = convert(argument.name.toUpperCase(), argument, positionals[0]);
  return /** @type {Request<P>} */ (request);
}

/**
 * @param {Readonly<Record<string, Command>>} commands
 * @param {string | undefined} word
 * @returns {[name?: string, command?: Command | undefined]} nothing if the help text is requested
 */
function commandOf(commands, word) {
  if (word && ['help', '--help', '-h'].includes(word)) return [];
  const names = Object.keys(commands);
  if (!word || word.startsWith('-')) throw new UsageError(`Missing command: ${names.join(', ')}`);
  if (!names.includes(word)) throw new UsageError(`Unknown command: ${word}${didYouMean(word, names)}`);
  return [word, commands[word]];
}

/**
 * @param {Readonly<Record<string, Option>>} options
 * @param {readonly string[]} args
 * @returns {{ values: Readonly<Record<string, unknown>>, positionals: string[] }}
 */
function parse(options, args) {
  const known = Object.entries(options).map(([name, { short, value, repeatable = false }]) => [
    name,
    { type: value ? 'string' : 'boolean', multiple: repeatable, ...(short && { short }) },
  ]);
  const help = /** @type {const} */ ({ type: 'boolean', short: 'h' });
  try {
    return parseArgs({ args: [...args], options: { ...Object.fromEntries(known), help }, allowPositionals: true });
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    // The other sentences are about arguments that begin with a dash.
    const [fault = ''] = message.split(/\.\s/);
    const unknown = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' && /'(.*)'/.exec(fault)?.[1];
    const names = Object.keys({ ...options, help }).map((name) => `--${name}`);
    throw new UsageError(unknown ? `Unknown option: ${unknown}${didYouMean(unknown, names)}` : fault, { cause: error });
  }
}

/** @param {string} label @param {Pick<Option, 'parse' | 'default' | 'required'>} value @param {string | undefined} given */
function convert(label, { parse = (text) => text, required, ...value }, given) {
  const text = given ?? value.default;
  if (text === '') throw new UsageError(`${label} is empty`);
  if (text === undefined && required) throw new UsageError(`Missing ${label}`);
  try {
    return text && parse(text);
  } catch (error) {
    throw new UsageError(`${label}: ${/** @type {Error} */ (error).message}`, { cause: error });
  }
}

/**
 * Asks for the nearest name. Empty if no name is near, and before the packages are installed.
 * @param {string} text
 * @param {readonly string[]} names
 */
function didYouMean(text, names) {
  try {
    const { closest, distance } = createRequire(import.meta.url)('fastest-levenshtein');
    const nearest = closest(text, names);
    return distance(text, nearest) <= text.length / 3 ? `; did you mean ${nearest}?` : '';
  } catch {
    return '';
  }
}

/** A `parse` for whole numbers. @param {number} least */
export const wholeNumber = (least) => (/** @type {string} */ text) => {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
  throw new Error(`${text} is not a whole number from ${least}`);
};

/** A `parse` for one of some names. @template {string} N @param {readonly N[]} names */
export const oneOf = (names) => (/** @type {string} */ text) => {
  const found = names.find((name) => name === text);
  if (found) return found;
  throw new Error(`${text} is unknown${didYouMean(text, names) || `; choose from ${names.join(', ')}`}`);
};

/** A `parse` for a list of names with commas; the result has the order of `names`. @template {string} N @param {readonly N[]} names */
export const someOf = (names) => (/** @type {string} */ text) => {
  const given = text.split(',').map((name) => name.trim());
  const chosen = given.filter(Boolean).map(oneOf(names));
  if (chosen.length === 0) throw new Error(`choose from ${names.join(', ')}`);
  return names.filter((name) => chosen.includes(name));
};

const isScript = (/** @type {Program} */ { call }) => !call.endsWith('--');

/** @param {Program} program @param {string | undefined} word */
function callOf(program, word) {
  if (!isScript(program)) return program.call;
  const names = Object.keys(program.commands ?? {});
  return `${program.call} ${names.find((name) => name === word) ?? names[0]} --`;
}

/** The help text. @param {Program} program */
export function helpOf(program) {
  const { call, summary, commands = {}, notes } = program;
  const [start, dashes] = isScript(program) ? [`${call} `, '-- '] : ['', ''];
  const wordOf = (/** @type {Command} */ { argument }) =>
    argument
      ? (argument.required ? argument.name : `[${argument.name}]`).toUpperCase() + (argument.repeatable ? '...' : '')
      : '';
  const optionRows = (/** @type {Command} */ { options = {} }, indent = '  ') =>
    Object.entries(options).map(([name, { short, value, help, required, ...option }]) => [
      `${indent}${dashes}--${name}${short ? `, -${short}` : ''}${value ? ` ${value}` : ''}`,
      [help, required && '(required)', option.default && `(default ${option.default})`].filter(Boolean).join(' '),
    ]);
  const rows = Object.entries(commands).flatMap(([name, command]) => [
    [`  ${start}${name} ${command.argument ? dashes : ''}${wordOf(command)}`, command.help],
    ...optionRows(command, '    '),
  ]);
  rows.push(...optionRows(program), [`  ${dashes}--help, -h`, 'Show this text']);
  const width = Math.max(...rows.map(([left = '']) => left.trimEnd().length)) + 2;
  const table = rows.map(
    ([left = '', right = '']) => left.trimEnd().padEnd(width) + right.replaceAll('\n', `\n${' '.repeat(width)}`),
  );
  const words = [call, program.commands ? 'COMMAND' : wordOf(program), `${dashes}[OPTIONS]`].filter(Boolean).join(' ');
  return `${summary}\n\nUsage: ${words}\n\n${table.join('\n')}\n\n${notes}\n`;
}
