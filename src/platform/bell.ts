// In: something that happens, and somebody who waits for it. Out: they go on at once, or when their time is over.
// Always: what rang while nobody waited is heard by the next one who does.

export interface Bell {
  ring(): void;
  /** Resolves at the next ring, or after `ms` milliseconds. One at a time waits. */
  wait(ms: number): Promise<void>;
}

export function createBell(): Bell {
  let rung = false;
  let wake = (): void => {};
  return {
    ring: () => {
      rung = true;
      wake();
    },
    wait: async (ms) => {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      rung = false;
    },
  };
}
