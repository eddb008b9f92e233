// What the configuration makes of all this: is there somewhere to send to, and is each variable understood?
import { isPaused } from '../../state/pause.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';

export const destinationCheck = defineCheck({
  name: 'destination',
  holds: 'It is known where to send, and every setting is understood',
  findings: {
    paused: 'Export is paused (`turnspan pause`). What happens meanwhile is caught up on `turnspan resume`.',
    'switched-off': 'Something says that nothing is to be sent.',
    'destination-unusable':
      'Something is to be sent, but it cannot be told where. Until then nothing is read further.',
    'setting-ignored': 'A setting cannot be used, and the next one or the default takes its place.',
  },
  run: ({ where, places: { state } }) => {
    const findings: Finding<'paused' | 'switched-off' | 'destination-unusable' | 'setting-ignored'>[] = [];
    if (isPaused(state)) {
      findings.push({
        name: 'paused',
        level: 'warning',
        title: 'Export is paused: nothing is sent',
        remedy: 'turnspan resume',
      });
    }
    for (const { who, resolution } of where.asked) {
      if (resolution.status === 'disabled') {
        findings.push({
          name: 'switched-off',
          level: 'warning',
          title: `Nothing is sent of ${who}: ${resolution.why}`,
          remedy: `Unset ${resolution.variable}, if that is not what you want`,
        });
      }
      if (resolution.status === 'unusable') {
        findings.push({
          name: 'destination-unusable',
          level: 'error',
          title: `Where to send is not known for ${who}: ${resolution.why}`,
          remedy: `Repair ${resolution.variable}`,
        });
      }
    }
    for (const { variable, source, message } of where.warnings) {
      // The check of the project tells these, with the file.
      if (source === 'project-settings') continue;
      findings.push({
        name: 'setting-ignored',
        level: 'warning',
        title: `${variable} ${message}`,
        remedy: `Repair ${variable}`,
      });
    }
    return findings;
  },
});
