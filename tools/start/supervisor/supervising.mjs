// The process between the launcher and PostgreSQL, Temporal, worker and API. It has its own session, so the terminal's Ctrl-C does
// not reach it. When the launcher ends, even by kill -9, it stops the others and exits.
// Plain JavaScript, so that it starts fast and stays small.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { endProcess, ownProcess, processIdentity } from '../../cli/processes.mjs';

/** @import { ChildSpec, Command, ProcessId, Report, RunRecord, SupervisorOptions } from './protocol.js' */
/** @import { ChildProcess } from 'node:child_process' */
/** @typedef {{ id: number, spec: ChildSpec, self: ProcessId, process: ChildProcess, asked: boolean, exited: boolean }} Child */

/** @type {SupervisorOptions} */
const { runFile, record, removeAtEnd } = JSON.parse(process.argv[2] ?? '');
/** @type {Child[]} */
const children = [];
/** @type {Record<string, string>} */
let addresses = {};
let ending = false;
let aborting = false;

/** @param {Report} report */
function tell(report) {
  // The launcher may have died.
  if (process.connected) process.send?.(report, () => undefined);
}

/** Replaces the run file. Readers see the old or the new content, never a part. */
function save() {
  /** @type {RunRecord} */
  const now = {
    ...record,
    supervisor: self,
    stopping: ending,
    children: children.map(({ spec, self }) => ({
      ...self,
      service: spec.service,
      startOrder: spec.startOrder,
      stop: spec.stop,
      ...(spec.abort && { abort: spec.abort }),
    })),
    addresses,
  };
  writeFileSync(`${runFile}.new`, JSON.stringify(now, null, 2));
  renameSync(`${runFile}.new`, runFile);
}

/**
 * @param {number} id
 * @param {ChildSpec} spec
 */
function start(id, spec) {
  if (ending) return;
  const log = openSync(spec.logFile, 'a');
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    detached: true,
    stdio: [spec.waits ? 'pipe' : 'ignore', log, log],
    ...spec.account,
  });
  closeSync(log);
  child.on('error', (error) => {
    if (child.pid === undefined) tell({ type: 'spawn-failed', id, service: spec.service, message: error.message });
  });
  if (child.pid === undefined) return;
  /** @type {Child} */
  const entry = {
    id,
    spec,
    self: { pid: child.pid, identity: processIdentity(child.pid) ?? '' },
    process: child,
    asked: false,
    exited: false,
  };
  children.push(entry);
  save();
  tell({ type: 'spawned', id, service: spec.service, pid: child.pid });
  // It may have ended before its release.
  child.stdin?.on('error', () => undefined);
  child.on('exit', (code, signal) => {
    entry.exited = true;
    children.splice(children.indexOf(entry), 1);
    if (!ending) save();
    tell({ type: 'exited', id, service: spec.service, code, signal, asked: entry.asked });
  });
}

/** @param {number} id @param {string} input */
function release(id, input) {
  children.find((child) => child.id === id)?.process.stdin?.end(input);
}

/** @param {Child} child */
async function stop(child) {
  if (child.exited) return;
  const { id } = child;
  const { service } = child.spec;
  const startedAt = performance.now();
  const isService = child.process.stdin?.writableEnded !== false;
  child.asked = true;
  if (isService) tell({ type: 'stopping', id, service });
  const { forced } = await endProcess(child.self, aborting ? child.spec.abort : child.spec.stop);
  // It has ended: wait for its exit code.
  if (!child.exited) await once(child.process, 'exit', { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
  if (isService) tell({ type: 'stopped', id, service, ms: performance.now() - startedAt, forced });
}

/** Stops everything in reverse order, removes the run file and ephemeral data, and exits. */
async function end() {
  if (ending) return;
  ending = true;
  trySave();
  for (const child of children.toSorted((a, b) => b.spec.startOrder - a.spec.startOrder)) await stop(child);
  if (!aborting) leave();
}

/** Kills everything, also during an orderly stop. */
async function abort() {
  aborting = true;
  ending = true;
  await Promise.all([...children].map(stop));
  leave();
}

/** An error here, such as a full disk, must not prevent the stop. */
function trySave() {
  try {
    save();
  } catch (error) {
    console.error(error);
  }
}

function leave() {
  try {
    if (removeAtEnd) rmSync(removeAtEnd, { recursive: true, force: true, maxRetries: 3 });
    rmSync(runFile, { force: true });
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
  process.exit(0);
}

/** @param {Command} command */
function obey(command) {
  switch (command.type) {
    case 'spawn':
      return start(command.id, command.child);
    case 'release':
      return release(command.id, command.input);
    case 'stop': {
      const child = children.find(({ id }) => id === command.id);
      return child ? void stop(child) : undefined;
    }
    case 'stop-all':
      return void end();
    case 'abort-all':
      return void abort();
    case 'describe':
      addresses = command.addresses;
      return ending ? undefined : save();
  }
}

const self = ownProcess();
process.on('message', (message) => obey(/** @type {Command} */ (message)));
process.on('disconnect', () => void end());
// Signals from elsewhere, for example when the machine shuts down.
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) process.on(signal, () => void end());
process.on('uncaughtException', (error) => {
  console.error(error);
  void end();
});
save();
