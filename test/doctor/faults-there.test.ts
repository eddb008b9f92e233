// Faults at the other end: real servers on loopback that answer as the wrong thing would; each is found by its name.
import { expect, test } from 'vitest';
import { join } from 'node:path';
import type { Answer } from '../support/loopback-backend.ts';
import {
  certificateFiles,
  closedPort,
  startGreeter,
  startGrpc,
  startSilence,
  startTls,
} from './support/endpoints.ts';
import { examine, failedIn, makePatient, namesIn, sendTo, type Patient } from './support/patient.ts';

const PAGE = { 'content-type': 'text/html; charset=utf-8' };

interface Fault {
  readonly finding: string;
  readonly fault: string;
  readonly plant: (patient: Patient) => Promise<void> | void;
  /** Stands in the title, the detail or the remedy. */
  readonly says?: string;
}

const faults: readonly Fault[] = [
  {
    finding: 'endpoint-refuses-connections',
    fault: 'a closed port',
    plant: async (patient) => {
      sendTo(patient, `http://127.0.0.1:${await closedPort()}`);
    },
    says: 'turnspan collector',
  },
  {
    finding: 'endpoint-host-unknown',
    // A label of 64 letters is no name, so nobody is asked for it.
    fault: 'a host that cannot be',
    plant: (patient) => {
      sendTo(patient, `http://${'a'.repeat(64)}.invalid:4318`);
    },
  },
  {
    finding: 'endpoint-times-out',
    fault: 'a port that is silent',
    plant: async (patient) => {
      sendTo(patient, `http://127.0.0.1:${await startSilence()}`, { timeoutMs: 300 });
    },
  },
  {
    finding: 'endpoint-times-out',
    fault: 'a backend that hangs',
    plant: (patient) => {
      patient.backend.answer('hang');
      sendTo(patient, patient.backend.url, { timeoutMs: 300 });
    },
  },
  {
    finding: 'endpoint-tls',
    fault: 'a certificate that nobody trusts',
    plant: async (patient) => {
      sendTo(patient, `https://127.0.0.1:${await startTls()}`);
    },
    says: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  },
  {
    finding: 'endpoint-tls',
    fault: 'a certificate for another name',
    plant: async (patient) => {
      const { certificate } = certificateFiles();
      sendTo(patient, `https://localhost:${await startTls()}`, { certificate });
    },
    says: 'ERR_TLS_CERT_ALTNAME_INVALID',
  },
  {
    finding: 'endpoint-tls-file',
    fault: 'a certificate file that is not there',
    plant: async (patient) => {
      const certificate = join(patient.home, 'none.pem');
      sendTo(patient, `https://127.0.0.1:${await startTls()}`, { certificate });
    },
    says: 'ENOENT',
  },
  {
    finding: 'endpoint-speaks-tls',
    fault: 'http:// to a port with TLS',
    plant: async (patient) => {
      sendTo(patient, `http://127.0.0.1:${await startTls()}`);
    },
    says: 'Write https://',
  },
  {
    finding: 'endpoint-speaks-no-tls',
    fault: 'https:// to a port without TLS',
    plant: (patient) => {
      sendTo(patient, patient.backend.url.replace('http:', 'https:'));
    },
    says: 'Write http://',
  },
  {
    finding: 'endpoint-speaks-grpc',
    fault: 'HTTP to the port for gRPC',
    plant: async (patient) => {
      sendTo(patient, `http://127.0.0.1:${await startGrpc()}`);
    },
    says: '4318',
  },
  {
    finding: 'endpoint-speaks-http',
    fault: 'gRPC to the port for HTTP',
    plant: (patient) => {
      sendTo(patient, patient.backend.url, { protocol: 'grpc' });
    },
    says: '4317',
  },
  {
    finding: 'endpoint-wrong-path',
    fault: 'a path that is not there, and nothing at the others',
    plant: (patient) => {
      patient.backend.answer({ status: 404 });
    },
  },
  {
    finding: 'endpoint-wrong-path',
    fault: 'Langfuse without its path',
    plant: (patient) => {
      answerAt(patient, '/api/public/otel/v1/traces', { status: 200 }, { status: 404, headers: PAGE });
    },
    says: '/api/public/otel in "endpoint"',
  },
  {
    finding: 'endpoint-wrong-path',
    fault: '/v1/traces written twice',
    plant: (patient) => {
      answerAt(patient, '/v1/traces', { status: 200 }, { status: 405 });
      sendTo(patient, `${patient.backend.url}/v1/traces`);
    },
    says: 'in "endpoint" of the destination mine',
  },
  {
    finding: 'endpoint-no-such-signal',
    fault: 'metrics to a backend that takes traces alone',
    plant: (patient) => {
      sendTo(patient, patient.backend.url, { signals: ['traces', 'metrics'] });
      answerAt(patient, '/v1/traces', { status: 200 }, { status: 404 });
    },
    says: 'Leave metrics out of "signals" of the destination mine',
  },
  {
    finding: 'endpoint-is-a-page',
    fault: 'the page of a backend',
    plant: (patient) => {
      patient.backend.answer({ status: 200, headers: PAGE, body: '<html>' });
    },
  },
  {
    finding: 'endpoint-key-refused',
    fault: 'a wrong key (401)',
    plant: (patient) => {
      patient.backend.answer({ status: 401 });
    },
    says: 'HTTP 401',
  },
  {
    finding: 'endpoint-key-refused',
    fault: 'a key that may not (403)',
    plant: (patient) => {
      patient.backend.answer({ status: 403, headers: PAGE });
    },
    says: 'HTTP 403',
  },
  {
    finding: 'endpoint-key-refused',
    fault: 'a wrong key over gRPC',
    plant: async (patient) => {
      sendTo(patient, `http://127.0.0.1:${await startGrpc(16)}`, { protocol: 'grpc' });
    },
    says: 'gRPC status 16',
  },
  {
    finding: 'endpoint-wrong-path',
    fault: 'gRPC without a TraceService',
    plant: async (patient) => {
      sendTo(patient, `http://127.0.0.1:${await startGrpc(12)}`, { protocol: 'grpc' });
    },
  },
  {
    finding: 'endpoint-redirects',
    fault: 'a redirect to a login',
    plant: (patient) => {
      patient.backend.answer({ status: 302, headers: { location: 'https://login.example/?next=secret' } });
    },
    says: 'https://login.example)',
  },
  {
    finding: 'endpoint-busy',
    fault: 'too many requests',
    plant: (patient) => {
      patient.backend.answer({ status: 429 });
    },
  },
  {
    finding: 'endpoint-rejects',
    fault: 'a backend that wants more than nothing',
    plant: (patient) => {
      patient.backend.answer({ status: 400 });
    },
  },
  {
    finding: 'endpoint-fails',
    fault: 'a backend with a fault',
    plant: (patient) => {
      patient.backend.answer({ status: 500 });
    },
  },
  {
    finding: 'endpoint-no-answer',
    fault: 'a mail server',
    plant: async (patient) => {
      sendTo(patient, `http://127.0.0.1:${await startGreeter()}`);
    },
  },
  {
    finding: 'clock-off',
    fault: 'a backend whose clock is two minutes behind',
    plant: (patient) => {
      const date = new Date(Date.now() - 120_000).toUTCString();
      patient.backend.answer({ status: 200, headers: { date } });
    },
    says: 's ahead of that of mine',
  },
];

test.each(faults)('$finding: $fault', async ({ finding, plant, says = '' }) => {
  const patient = await makePatient();
  await plant(patient);
  const report = await examine(patient);
  expect([failedIn(report), namesIn(report)]).toEqual([[], [finding]]);
  expect(JSON.stringify(report).replaceAll('\\"', '"')).toContain(says);
});

test.each(['http', 'grpc', 'https'])('a healthy receiver over %s is accepted', async (way) => {
  const patient = await makePatient();
  const { certificate } = certificateFiles();
  if (way === 'grpc') sendTo(patient, `http://127.0.0.1:${await startGrpc()}`, { protocol: 'grpc' });
  if (way === 'https') sendTo(patient, `https://127.0.0.1:${await startTls()}`, { certificate });
  expect(namesIn(await examine(patient))).toEqual([]);
});

test('what is asked is an empty request as the worker would send it', async () => {
  const patient = await makePatient();
  sendTo(patient, patient.backend.url, {
    protocol: 'http/json',
    compression: 'none',
    headers: { 'x-key': 'k' },
  });
  await examine(patient);
  const [request] = patient.backend.requests;
  expect(request?.body.toString()).toBe('{"resourceSpans":[]}');
  expect(request?.headers).toMatchObject({ 'content-type': 'application/json', 'x-key': 'k' });
  expect(patient.backend.requests).toHaveLength(1);
});

function answerAt({ backend }: Patient, path: string, right: Answer, wrong: Answer): void {
  backend.answer((request) => (request.path === path ? right : wrong));
}
