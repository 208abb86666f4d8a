import type { Report } from './schemathesis.js';

/** A promise that the run checks. */
export interface Fact {
  readonly fact: string;
  /** How the promise is broken. @default - it holds */
  readonly fault?: string;
}

const phases = ['examples', 'coverage', 'fuzzing', 'stateful'];

/** One fact per operation and phase, and one for the whole run. @param operations - as `GET /v1/runs` */
export function factsOf(report: Report, operations: readonly string[]): Fact[] {
  const failuresOf = new Map<string, Set<string>>();
  for (const { title, operations: where } of report.failures) {
    for (const label of where) failuresOf.set(label, (failuresOf.get(label) ?? new Set()).add(title));
  }
  const labels = [...new Set([...operations, ...failuresOf.keys()])];
  return [
    ...labels.map((label) => fact(`${label} conforms to the document`, [...(failuresOf.get(label) ?? [])])),
    ...phases.map((name) => fact(`the phase ${name} was executed`, phaseFaults(report, name))),
    fact('all operations were tested completely', endFaults(report, operations.length)),
  ];
}

const fact = (text: string, faults: readonly string[]): Fact =>
  faults.length > 0 ? { fact: text, fault: faults.join('; ') } : { fact: text };

/** A phase also fails if an operation fails; then the operation's fact reports it. */
function phaseFaults({ phases: of }: Report, name: string): string[] {
  const found = Object.entries(of ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
  if (!found) return ['it did not start'];
  return ['success', 'failure'].includes(found.status)
    ? []
    : [`${found.status} (${found.skip_reason ?? 'no reason given'})`];
}

function endFaults({ complete, operations, errors }: Report, expected: number): string[] {
  const tested = operations?.tested ?? 0;
  return [
    ...(complete ? [] : ['the run is incomplete']),
    ...(tested < expected ? [`${tested} of ${expected} operations were tested`] : []),
    ...errors.map(({ title }) => title),
  ];
}
