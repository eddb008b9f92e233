// What the wizard takes from the shell sends the same to the same place as the shell's variables do.
import { expect, test } from 'vitest';
import { readShell } from '../../src/cli/install-shell.ts';
import { resolveDestinations } from '../../src/config/resolve.ts';
import { makeMachine, write } from '../install/support/machine.ts';

const SECRET = 'sk-of-a-test';
const BASE = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const TRACES = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';

test.each([
  [{ [BASE]: 'http://127.0.0.1:4318' }, 'http://127.0.0.1:4318'],
  [{ [BASE]: 'http://127.0.0.1:4318/' }, 'http://127.0.0.1:4318'],
  [{ [BASE]: 'https://ada:pass@gateway.example/otel?token=t' }, 'https://gateway.example/otel'],
  [{ [TRACES]: 'https://gateway.example/otel/v1/traces' }, 'https://gateway.example/otel'],
  [{ [BASE]: 'gateway.example:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'http://gateway.example:4317'],
  [{ [BASE]: 'https://x.example', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' }, 'https://x.example'],
  [
    {
      [BASE]: 'https://x.example',
      OTEL_EXPORTER_OTLP_HEADERS: `X-Key=${SECRET},X-Team=a%20b`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '2500',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
      OTEL_EXPORTER_OTLP_CERTIFICATE: '/etc/ssl/ca.pem',
      OTEL_EXPORTER_OTLP_CLIENT_KEY: '/etc/ssl/key.pem',
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/etc/ssl/own.pem',
    },
    'https://x.example',
  ],
])('%j', (env, shown) => {
  const { offer, notes } = readShell(env);
  expect([offer?.shown, notes]).toEqual([shown, []]);
  const byFile = resolved({}, offer?.destination);
  const byVariables = resolved(env);
  expect({ ...byFile, name: 'environment' }).toEqual(byVariables);
  expect(JSON.stringify([offer?.shown, offer?.headers])).not.toContain(SECRET);
});

test('what was said for traces alone is not sent with metrics and logs', () => {
  const of = (env: Record<string, string>) => readShell(env).offer?.destination?.signals;
  expect(of({ [TRACES]: 'http://x/v1/traces' })).toEqual(['traces']);
  expect(of({ [BASE]: 'http://x', OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=b' })).toEqual(['traces']);
  expect(of({ [BASE]: 'http://x' })).toBeUndefined();
});

test('an address that has no base is left to the variable', () => {
  const { offer } = readShell({ [TRACES]: 'http://127.0.0.1:9411/custom' });
  expect(offer).toEqual({ variable: TRACES, shown: 'http://127.0.0.1:9411/custom', headers: [] });
});

test.each([
  [{}, []],
  [{ [BASE]: ' ' }, []],
  [{ [BASE]: `localhost:${SECRET}` }, [/^This shell's OTEL_EXPORTER_OTLP_ENDPOINT .* It is left out\.$/]],
  [{ [BASE]: 'http://x', OTEL_SDK_DISABLED: 'true' }, [/^OTEL_SDK_DISABLED is true in this shell/]],
  [{ OTEL_EXPORTER_OTLP_HEADERS: SECRET }, [/^OTEL_EXPORTER_OTLP_HEADERS of this shell entry 1 has no "="/]],
])('nothing is offered for %j', (env, told) => {
  const { offer, notes } = readShell(env);
  expect(offer).toBeUndefined();
  expect(notes).toHaveLength(told.length);
  for (const [place, words] of told.entries()) expect(notes[place]).toMatch(words);
  expect(notes.join()).not.toContain(SECRET);
});

test('TURNSPAN_CONTENT is told, because it goes before the answer', () => {
  const { level, notes } = readShell({ TURNSPAN_CONTENT: 'full' });
  expect(level).toBe('full');
  expect(notes).toEqual(['TURNSPAN_CONTENT is full in this shell, and goes before what is chosen here.']);
});

/** The destination for traces: of a config file with one, or of a shell's variables. */
function resolved(env: Readonly<Record<string, string>>, destination?: object): object {
  const { home, places } = makeMachine();
  if (destination !== undefined)
    write(places.config, JSON.stringify({ destinations: { default: destination } }));
  const resolution = resolveDestinations({
    dir: places.state,
    home,
    environment: env,
    hookVariables: new Map(),
    projectDirs: [],
    managedFolder: '/nowhere',
  });
  return (resolution.status === 'send' ? resolution.destinations[0] : undefined) ?? resolution;
}
