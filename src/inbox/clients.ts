// In: an installation's folder. Out: the clients that its tickets name, each once.
// For the first moment of a worker: a headless client is gone soon after its last hook, and its environment with it. So
// this reads a few kilobytes a ticket, parses no event, and needs no package.
import { peekClient, type Client } from './envelope.ts';
import { listTicketFiles, readPart } from './tickets-folder.ts';

/** The hook writes the client second; 256 bytes hold it with room to spare. */
const HEAD_BYTES = 256;

export function peekClients(dir: string): Client[] {
  const clients = listTicketFiles(dir)
    .filter((file) => file.regular)
    .flatMap((file) => peekClient(readPart(file.path, 0, HEAD_BYTES) ?? Buffer.alloc(0)) ?? []);
  return [...new Map(clients.map((client) => [`${client.pid} ${client.startTime}`, client])).values()];
}
