import test from 'ava';
import { bindMount } from './engine.js';

for (const [source, field] of Object.entries({
  '/srv/atlas/dev': 'source=/srv/atlas/dev',
  '/srv/a,b:c': '"source=/srv/a,b:c"',
  '/srv/"a" b': '"source=/srv/""a"" b"',
}))
  test(`a file of the path ${source} is mounted as Docker reads its options`, (t) => {
    t.deepEqual(bindMount(source, '/run/x'), ['--mount', `type=bind,${field},target=/run/x,readonly`]);
  });
