// The clock of this machine against those of the backends.
import { defineCheck } from '../check.ts';
import { shownDestination } from '../shown.ts';

const MOST_MS = 60_000;

export const clockCheck = defineCheck({
  name: 'clock',
  holds: "This machine's clock agrees with the backends'",
  findings: {
    'clock-off':
      "This machine's clock and that of a backend differ by more than a minute: spans stand at the wrong time, and some backends drop them.",
  },
  run: async ({ probes }) =>
    (await probes()).flatMap(({ destination, probe: { clock } }) => {
      const ahead = clock === undefined ? 0 : clock.ours - clock.theirs;
      if (Math.abs(ahead) <= MOST_MS) return [];
      const seconds = Math.round(Math.abs(ahead) / 1000);
      return [
        {
          name: 'clock-off',
          level: 'warning',
          title: `This machine's clock is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} that of ${shownDestination(destination)}`,
          remedy: 'Set the clock: switch on time synchronisation (NTP) here, or there',
        },
      ];
    }),
});
