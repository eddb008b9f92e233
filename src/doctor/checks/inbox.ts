// What hooks left: is it worked off, and can it be read?
import { join } from 'node:path';
import { listTicketFiles, type TicketFile } from '../../inbox/tickets-folder.ts';
import { listIfThere } from '../../platform/list-folder.ts';
import { errorCode } from '../../platform/reason.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import { counted, shellPath, shownPath } from '../shown.ts';

const HOUR_MS = 60 * 60_000;

export const inboxCheck = defineCheck({
  name: 'inbox',
  holds: 'What hooks left is worked off',
  findings: {
    'tickets-waiting':
      'Tickets of hooks wait for longer than an hour: no worker ran, or it could not work on them.',
    'tickets-unreadable':
      'Tickets could not be read and were set aside: another version wrote them, or something else did.',
  },
  run: ({ places: { home, state }, now }) => {
    const findings: Finding<'tickets-waiting' | 'tickets-unreadable'>[] = [];
    const old = waiting(state).filter(({ modifiedAt }) => now - modifiedAt > HOUR_MS);
    if (old.length > 0) {
      const hours = Math.floor((now - Math.min(...old.map(({ modifiedAt }) => modifiedAt))) / HOUR_MS);
      findings.push({
        name: 'tickets-waiting',
        level: 'error',
        title: `${counted(old.length, 'ticket')} of hooks wait since up to ${counted(hours, 'hour')}`,
        detail: `What the worker said is in ${shownPath(join(state, 'worker.log'), home)}.`,
        remedy: `turnspan worker --dir ${shellPath(state, home)}`,
      });
    }
    const unreadable = listIfThere(join(state, 'inbox-unreadable')).length;
    if (unreadable > 0) {
      const folder = join(state, 'inbox-unreadable');
      findings.push({
        name: 'tickets-unreadable',
        level: 'warning',
        title: `${counted(unreadable, 'ticket')} in ${shownPath(folder, home)} could not be read`,
        detail: `Why is in ${shownPath(join(state, 'worker.log'), home)}. They may hold content, so look before you show them to anybody.`,
        remedy: `turnspan install, then: rm -r ${shellPath(folder, home)}`,
      });
    }
    return findings;
  },
});

/** None where the inbox is no folder: the check of the state says so. */
function waiting(state: string): TicketFile[] {
  try {
    return listTicketFiles(state);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return [];
  }
}
