import type { Report } from './schemathesis.js';

/** What the run shows, and what it found against it. */
export interface Fact {
  readonly fact: string;
  /** @default - it holds */
  readonly fault?: string;
}

const phases = ['examples', 'coverage', 'fuzzing', 'stateful'];

/** One fact of each operation, of what is no operation's own, and of each phase. @param operations - as `GET /v1/runs` */
export function factsOf(report: Report, operations: readonly string[]): Fact[] {
  const failuresOf = new Map<string, Set<string>>();
  for (const { title, operations: where } of report.failures) {
    for (const label of where) failuresOf.set(label, (failuresOf.get(label) ?? new Set()).add(title));
  }
  const labels = [...new Set([...operations, ...failuresOf.keys()])];
  return [
    ...labels.map((label) => fact(`${label} answers as the document says`, [...(failuresOf.get(label) ?? [])])),
    ...phases.map((name) => fact(`the phase ${name} has run`, phaseFaults(report, name))),
    fact('every operation was asked, to the end', endFaults(report, operations.length)),
  ];
}

const fact = (text: string, faults: readonly string[]): Fact =>
  faults.length > 0 ? { fact: text, fault: faults.join('; ') } : { fact: text };

/** A phase has failed also where an operation has, which is told there. */
function phaseFaults({ phases: of }: Report, name: string): string[] {
  const found = Object.entries(of ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
  if (!found) return ['it did not begin'];
  return ['success', 'failure'].includes(found.status)
    ? []
    : [`${found.status} (${found.skip_reason ?? 'no reason told'})`];
}

function endFaults({ complete, operations, errors }: Report, expected: number): string[] {
  const tested = operations?.tested ?? 0;
  return [
    ...(complete ? [] : ['it did not come to its end']),
    ...(tested < expected ? [`${tested} of ${expected} operations were asked`] : []),
    ...errors.map(({ title }) => title),
  ];
}
