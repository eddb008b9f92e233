// Ports of loopback that nobody listens on, below those that the system gives to outgoing connections (32768 and up on Linux):
// a program that is stopped finds its port free when it starts again.
import { createServer } from 'node:net';

const FIRST = 20_000;
const LAST = 32_000;
let next = FIRST + Math.floor(Math.random() * (LAST - FIRST));

/** `count` free ports, all different, none given twice to this process until all were. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (let tried = 0; found.length < count; tried += 1) {
    if (tried > LAST - FIRST)
      throw new Error(`there are no ${count} free ports between ${FIRST} and ${LAST}`);
    next = next === LAST ? FIRST : next + 1;
    if (await isFree(next)) found.push(next);
  }
  return found;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
