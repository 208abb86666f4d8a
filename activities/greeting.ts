export interface GreetingDeps {
  /** The current time. Injected, so that tests can set it. */
  readonly now: () => Date;
}

export const createGreetingActivities = ({ now }: GreetingDeps) => ({
  /** Composes a greeting for the time of day (UTC). Changes nothing, so retries are safe. */
  async composeGreeting({ name }: { name: string }): Promise<string> {
    const hour = now().getUTCHours();
    const time = hour < 5 || hour >= 18 ? 'evening' : hour < 12 ? 'morning' : 'afternoon';
    return `Good ${time}, ${name}!`;
  },
});
