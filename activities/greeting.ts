export interface GreetingDeps {
  /** The time now. Given, because activities are where the outside world comes in, and tests bring their own. */
  readonly now: () => Date;
}

export const createGreetingActivities = ({ now }: GreetingDeps) => ({
  /** Words a greeting for the time of day (UTC). Changes nothing, so it may run any number of times. */
  async composeGreeting({ name }: { name: string }): Promise<string> {
    const hour = now().getUTCHours();
    const time = hour < 5 || hour >= 18 ? 'evening' : hour < 12 ? 'morning' : 'afternoon';
    return `Good ${time}, ${name}!`;
  },
});
