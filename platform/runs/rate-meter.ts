/** Averages the rate of events over about a minute: an event weighs less the longer ago it was. */
export function createRateMeter(now = () => performance.now()) {
  let perSecond = 0;
  let readAt = now();

  function decay(): void {
    const at = now();
    perSecond *= Math.exp((readAt - at) / overMs);
    readAt = at;
  }

  return {
    count(): void {
      decay();
      perSecond += 1_000 / overMs;
    },
    perSecond(): number {
      decay();
      return perSecond;
    },
  };
}

const overMs = 60_000;
