import { scopes } from '../../auth/scopes.js';
import { healthPaths } from '../../settings/names.js';
import type { ProductRoute } from '../product-route.js';
import { getWorkflow, listWorkflows } from '../routes/catalogue.js';
import { streamRun } from '../routes/events.js';
import { queryRun, signalRun, updateRun } from '../routes/messages.js';
import { cancelRun, getRun, getRunHistory, listRuns, terminateRun } from '../routes/runs.js';
import {
  backfillSchedule,
  getSchedule,
  listSchedules,
  pauseSchedule,
  resumeSchedule,
  triggerSchedule,
} from '../routes/schedules.js';
import { executeRun, startRun } from '../routes/start.js';
import type { Operation } from './operation.js';
import { tags } from './operation.js';
import { contractDocument, healthReport, liveness, readiness } from './service-operations.js';

const runOperations: readonly Operation[] = [
  ...[listWorkflows, getWorkflow, startRun, executeRun],
  ...[listRuns, getRun, getRunHistory, streamRun, cancelRun, terminateRun],
  ...[listSchedules, getSchedule, pauseSchedule, resumeSchedule, triggerSchedule, backfillSchedule],
  ...[signalRun, queryRun, updateRun],
];
const serviceOperations: readonly Operation[] = [liveness, readiness, healthReport, contractDocument];

/** Every path of the platform, including those that are not in the document. */
const platformPaths: readonly string[] = [
  ...[...runOperations, ...serviceOperations].map(({ path }) => path),
  ...['/docs', '/docs/{file}', healthPaths.report],
];

/**
 * All operations, in the order of the API reference.
 * @throws {Error} a route of the product is not valid, or conflicts with another route
 */
export function operationsWith(routes: readonly ProductRoute[]): readonly Operation[] {
  for (const [index, route] of routes.entries()) checkRoute(route, routes.slice(0, index));
  return [...runOperations, ...routes.map(({ operation }) => operation), ...serviceOperations];
}

/** Descriptions of all tags, in the order of the API reference. */
export function tagsWith(routes: readonly ProductRoute[]): Readonly<Record<string, string>> {
  const { health, contract, ...first } = tags;
  const own = routes.flatMap(({ tag }) => (tag ? [[tag.name, tag.description]] : []));
  return { ...first, ...Object.fromEntries(own), health, contract };
}

/** @param before - the routes before it in the list */
function checkRoute({ operation, tag }: ProductRoute, before: readonly ProductRoute[]): void {
  const { method, path, scope } = operation;
  const fail = (fault: string): never => {
    throw new Error(`${method.toUpperCase()} ${path}: ${fault}`);
  };
  if (!/^(\/(\{[A-Za-z]\w*\}|[A-Za-z0-9._~-]+))+$/.test(path)) fail('the path must be like /v1/orders/{id}');
  const reserved = platformPaths.find((other) => overlap(path, other));
  if (reserved !== undefined) fail(`the path matches ${reserved} of the platform: choose another`);
  for (const { operation: other } of before) {
    if (
      other.method === method ? overlap(path, other.path) : path !== other.path && shapeOf(path) === shapeOf(other.path)
    )
      fail(`the path matches ${other.path} of another route: choose another`);
  }
  if (scope !== 'public' && !scopes.some((known) => known === scope))
    fail(`the scope ${JSON.stringify(scope)} is unknown: use ${scopes.join(', ')} or public`);
  if (tag && Object.hasOwn(tags, tag.name)) fail(`the tag ${tag.name} is reserved by the platform: choose another`);
  if (tag && before.some(({ tag: other }) => other?.name === tag.name && other.description !== tag.description))
    fail(`the tag ${tag.name} has another description elsewhere`);
}

/** Whether some path matches both. */
function overlap(one: string, other: string): boolean {
  const [parts, others] = [one.split('/'), other.split('/')];
  const isParameter = (part: string | undefined) => part?.startsWith('{');
  return (
    parts.length === others.length &&
    parts.every((part, index) => part === others[index] || isParameter(part) || isParameter(others[index]))
  );
}

const shapeOf = (path: string): string => path.replace(/\{\w+\}/g, '{}');
