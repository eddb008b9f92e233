// Backends on loopback: one that takes everything, one that accepts and never answers, and a port where nobody listens.
// In a process of their own, because the bench waits for its hooks with the event loop standing still.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Backends {
  readonly urls: Readonly<Record<'up' | 'down' | 'hanging', string>>;
  stop(): void;
}

const SERVERS = `
const http = require('node:http'), net = require('node:net');
const up = http.createServer((request, response) => { request.resume().on('end', () => response.end()); });
const hanging = net.createServer((socket) => socket.on('error', () => {}));
const down = net.createServer();
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
Promise.all([up, hanging, down].map(listen)).then((ports) => down.close(() => console.log(ports.join(' '))));
`;

export async function startBackends(): Promise<Backends> {
  const child = spawn(process.execPath, ['-e', SERVERS], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer]; // A stream without encoding gives buffers.
  const [up, hanging, down] = line
    .toString()
    .trim()
    .split(' ')
    .map((port) => `http://127.0.0.1:${port}`);
  if (up === undefined || hanging === undefined || down === undefined)
    throw new Error('the backends did not start');
  return { urls: { up, hanging, down }, stop: () => void child.kill('SIGKILL') };
}
