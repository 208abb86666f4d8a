import test from 'ava';
import { reportOf, tableOf } from './report.js';

test('the table shows measurements and whether the median meets the goal', (t) => {
  const table = tableOf([
    { what: 'deploy', values: [12, 9, 30], goal: 12 },
    { what: 'again', values: [12.1], goal: 12 },
    { what: 'ratio', values: [1.2], unit: '×' },
  ]);
  t.deepEqual(
    table.split('\n').map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    ),
    [
      ['what', 'median', 'min–max', 'runs', 'goal', 'met'],
      ['------', '------', '-----------', '----', '------', '---'],
      ['deploy', '12.0 s', '9.00–30.0 s', '3', '≤ 12 s', 'yes'],
      ['again', '12.1 s', '', '1', '≤ 12 s', 'no'],
      ['ratio', '1.20 ×', '', '1', '', ''],
    ],
  );
});

test('the report contains the versions of the tools', (t) => {
  t.regex(
    reportOf([], { Terraform: '1.11.4', Docker: '20.10.24' }),
    /\d cores: Terraform 1\.11\.4, Docker 20\.10\.24\.\n/,
  );
});
