// Run as a process of its own by staging-kill.test.ts, which kills it: stages, commits and publishes batches for two
// destinations, without end. Arguments: the folder, the ledger.
import { appendDurable } from '../../src/platform/atomic-file.ts';
import type { Destination, DestinationId } from '../../src/config/destination.ts';
import { batchIds } from '../../src/delivery/batch-id.ts';
import { publish, stage } from '../../src/delivery/staging.ts';

const [dir = '', ledger = ''] = process.argv.slice(2);
const nextId = batchIds();

for (;;) {
  const batchId = nextId();
  const bytes = Buffer.from(`\n${batchId}`.repeat(500));
  const consignments = ['one', 'two'].map((name) => ({
    destination: destination(name),
    requests: [
      { bytes, spans: 1 },
      { bytes, spans: 2 },
    ],
  }));
  stage(dir, batchId, consignments);
  appendDurable(ledger, `\n${batchId}\n`); // the newline before it ends a line that a killed writer left torn
  publish(dir, batchId);
}

function destination(name: string): Destination {
  return {
    id: name as DestinationId, // configuration makes ids; a test may use any plain name
    name,
    transport: 'http',
    signal: 'traces',
    url: 'http://127.0.0.1:4318/v1/traces',
    headers: {},
    timeoutMs: 1000,
    compression: 'gzip',
    encoding: 'protobuf',
    content: 'none',
  };
}
