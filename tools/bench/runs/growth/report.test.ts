import test from 'ava';
import { tableCells } from '../../table-cells.js';
import type { Level } from './measure.js';
import { growthReport, growthTable } from './report.js';

const level = (open: number, startP50: number, describes: number): Level => ({
  ...{ open, openedInSeconds: 12.3, startP50, listP50: 2, listOpenP50: 3, megabytes: 120 },
  callsPerSecond: { ListWorkflowExecutions: 0.2, DescribeWorkflowExecution: describes },
});
const levels = [level(1000, 1.5, 3.3), level(100_000, 3, 33.3)];

test('the table compares the last level with the first', (t) => {
  t.deepEqual(tableCells(growthTable(levels)), [
    ['1 000', '1.50 ms', '2.00 ms', '3.00 ms', '3.50/s', '120 MB'],
    ['100 000', '3.00 ms', '2.00 ms', '3.00 ms', '33.5/s', '120 MB'],
    ['last / first', '2.00×', '1.00×', '1.00×', '9.57×', '1.00×'],
  ]);
});

test('the report lists the calls by method, most frequent first', (t) => {
  const setup = {
    ...{ command: 'npm run bench:growth', date: '2026-02-03T04:05:06.789Z', versions: {}, loadBefore: 0.12 },
    ...{ machine: { cores: 2, cpu: 'Some CPU', memoryGigabytes: 8 }, rounds: 3, seconds: 5, windowSeconds: 60 },
  };
  t.regex(
    growthReport(levels, setup),
    /- 1 000 open runs: DescribeWorkflowExecution 3\.3, ListWorkflowExecutions 0\.2\n- 100 000 open runs/,
  );
});
