// In: a console destination. Out: its sender, a line of OTLP/JSON for each request: on standard output, or appended to the
// file that stands for a console where there is none.
// Always: the file is the user's alone (0600); past 8 MiB it moves to `….jsonl.1`, replacing the one before. A disk that
// takes nothing is no reason to lose a request: it waits like one for a backend that is down.
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { reasonOf } from '../platform/reason.ts';
import type { SendTo } from './destination-file.ts';
import type { Outcome } from './outcome.ts';
import type { Opened, Sender } from './sender.ts';

const ROTATE_AT = 8 * 1024 * 1024;

/** A sender that writes lines. */
export function openConsoleSender({ url }: Pick<SendTo, 'url'>): Opened {
  const path = /^file:/i.test(url) ? fileURLToPath(url) : undefined;
  const send: Sender['send'] = ({ body, encoding }) => {
    if (encoding !== 'json')
      return Promise.resolve({ status: 'refused', why: 'the console takes JSON only' });
    return path === undefined ? print(body) : Promise.resolve(append(path, body));
  };
  return { status: 'open', sender: { send, close: () => {} } };
}

function append(path: string, body: Uint8Array): Outcome {
  try {
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_AT) renameSync(path, `${path}.1`);
    // One write, so that a crash leaves a line whole or tears the last one.
    appendFileSync(path, Buffer.concat([body, LINE_END]), { mode: 0o600 });
    return { status: 'accepted' };
  } catch (error) {
    return { status: 'later', cause: 'unreachable', why: reasonOf(error) };
  }
}

function print(body: Uint8Array): Promise<Outcome> {
  return new Promise((resolve) => {
    process.stdout.write(Buffer.concat([body, LINE_END]), (error) => {
      resolve(
        error ? { status: 'later', cause: 'unreachable', why: reasonOf(error) } : { status: 'accepted' },
      );
    });
  });
}

const LINE_END = Buffer.from('\n');
