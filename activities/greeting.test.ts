import test from 'ava';
import { createGreetingActivities } from './greeting.js';

const greetAt = (time: string) =>
  createGreetingActivities({ now: () => new Date(`2026-01-01T${time}:00Z`) }).composeGreeting({ name: 'Ada' });

const greetings = {
  '04:59': 'evening',
  '05:00': 'morning',
  '11:59': 'morning',
  '12:00': 'afternoon',
  '18:00': 'evening',
};
for (const [time, part] of Object.entries(greetings)) {
  test(`says good ${part} at ${time}`, async (t) => {
    t.is(await greetAt(time), `Good ${part}, Ada!`);
  });
}
