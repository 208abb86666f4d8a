import { stripVTControlCharacters } from 'node:util';
import { projectRoot } from '../../platform/settings/project.js';

/** A line of a log that belongs on the screen. */
export interface ScreenLine {
  readonly kind: 'warning' | 'recovery' | 'output';
  readonly text: string;
  /** Lines with the same key say the same, perhaps of another run or attempt. */
  readonly key: string;
  /** Whether it may be the last of a process that ends: the end of its log is shown then. */
  readonly mayBeLast: boolean;
}

interface LoggedError {
  readonly type?: string;
  readonly code?: unknown;
  readonly message?: string;
  readonly stack?: string;
}

/** The members of a line of the platform's log that are shown; all others, such as inputs, are not. */
interface LogLine {
  readonly level?: string;
  readonly time?: string;
  readonly msg?: string;
  readonly workflow?: string | undefined;
  readonly workflowType?: string;
  readonly runId?: string;
  readonly activity?: string;
  readonly attempt?: number;
  readonly retryInMs?: number;
  readonly component?: string;
  readonly recovered?: boolean;
  /** Of a request to the API. */
  readonly method?: string;
  readonly path?: string;
  readonly status?: number;
  readonly code?: string;
  readonly err?: LoggedError;
  readonly error?: LoggedError;
}

const warnings: readonly unknown[] = ['warn', 'error', 'fatal'];
const maxLength = 400;
/** Errors of a process that cannot bundle its workflows, and then ends. */
const writtenAtTheEnd = /^ERROR in |^Failed to close a connection/m;

/** What the screen shows of a line: warnings, errors, recoveries and the process's own output. The log has the rest. */
export function screenLineOf(service: string, line: string): ScreenLine | undefined {
  const parsed = parse(line);
  if (!parsed) {
    const text = stripVTControlCharacters(line).trimEnd();
    return text === '' ? undefined : { kind: 'output', text: `${service}: ${text}`, key: text, mayBeLast: true };
  }
  const isWarning = warnings.includes(parsed.level);
  if ((!isWarning && parsed.recovered !== true) || isToldElsewhere(parsed)) return undefined;
  const { workflow = parsed.workflowType, activity, level, err = parsed.error } = parsed;
  const msg = messageOf(parsed);
  const error = errorOf(err);
  const parts = [subjectOf({ ...parsed, workflow }), msg + retryOf(parsed), error && `${error}${placeOf(err)}`];
  const said = parts.filter((part) => part).join(': ');
  return {
    kind: isWarning ? 'warning' : 'recovery',
    text: shortened(`${timeOf(parsed.time)}${service}${level === 'warn' || !isWarning ? '' : ` ${level}`}: ${said}`),
    key: [service, workflow, activity, parsed.component, msg, error].join('\n'),
    mayBeLast: level === 'fatal' || writtenAtTheEnd.test(msg),
  };
}

/** The SDK's core writes these when a workflow that is queried fails. */
const failedQueries = ['Failing legacy query request', 'Query not found when attempting to respond to it'];

/** Whether another line says the same and more: that of the error, or the worker's about its workflow code. */
function isToldElsewhere({ msg = '', method, code, err }: LogLine): boolean {
  const isAnswered = method !== undefined && code !== undefined;
  return isAnswered || err?.code === 'workflow-task-failing' || failedQueries.includes(msg);
}

const messageOf = ({ msg = '', method, path, status }: LogLine): string =>
  method === undefined ? msg : `${method} ${path} answered ${status ?? 'nothing'}`;

function parse(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed = JSON.parse(line) as LogLine;
    return parsed.level === undefined ? undefined : parsed;
  } catch {
    return undefined;
  }
}

function subjectOf({ workflow, runId, activity, attempt, component }: LogLine): string {
  const run = runId === undefined ? '' : workflow === undefined ? `run ${runId}` : `(run ${runId})`;
  const attempts =
    activity === undefined ? '' : `, activity ${activity}${attempt === undefined ? '' : `, attempt ${attempt}`}`;
  return `${[component, workflow, run].filter((part) => part).join(' ')}${attempts}`;
}

const retryOf = ({ retryInMs }: LogLine): string =>
  retryInMs === undefined ? '' : ` in ${retryInMs < 10_000 ? retryInMs / 1000 : Math.round(retryInMs / 1000)} s`;

/** Of domain errors; those of Node.js are in capitals. */
const isDomainCode = (code: unknown): code is string => typeof code === 'string' && /^[a-z][a-z0-9-]*$/.test(code);

/** The code of an error and the first line of its message. */
function errorOf(err: LoggedError | undefined): string {
  if (isDomainCode(err?.code)) return `${err.code}: ${err.message?.split('\n')[0]?.trim()}`;
  const [first = ''] = err?.stack?.split('\n') ?? [];
  const text = /^\s+at /.test(first) || first === '' ? [err?.type, err?.message].filter(Boolean).join(': ') : first;
  return text.split('\n')[0]?.trim() ?? '';
}

/** The first place in the product in a stack trace, otherwise in the platform; none in packages. */
function placeOf(err: LoggedError | undefined): string {
  const places = (err?.stack ?? '')
    .split('\n')
    .map((frame) => /^\s+at .*?((?:file:\/\/)?\/[^()]*):(\d+):\d+\)?$/.exec(frame))
    .flatMap((match) => (match ? [`${match[1]?.replace('file://', '')}:${match[2]}`] : []))
    .filter((path) => path.startsWith(`${projectRoot}/`) && !path.includes('/node_modules/'))
    .map((path) => path.slice(projectRoot.length + 1));
  const place = places.find((path) => !path.startsWith('platform/')) ?? places[0];
  return place === undefined ? '' : ` (${place})`;
}

function timeOf(time: string | undefined): string {
  const date = new Date(time ?? '');
  return Number.isNaN(date.getTime()) ? '' : `${date.toTimeString().slice(0, 8)} `;
}

const shortened = (text: string): string => (text.length > maxLength ? `${text.slice(0, maxLength)}…` : text);
