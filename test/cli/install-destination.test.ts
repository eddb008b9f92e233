// What `install` writes of a destination, and what it says where it cannot.
import { expect, test } from 'vitest';
import { destinationOf } from '../../src/cli/install-destination.ts';

const SECRET = 'sk-of-a-test';

test('an endpoint with headers and a content level', () => {
  expect(
    destinationOf({ endpoint: 'http://127.0.0.1:4318', header: ['X-Key=a=b'], content: 'full' }, {}),
  ).toEqual({ endpoint: 'http://127.0.0.1:4318', headers: { 'X-Key': 'a=b' }, content: 'full' });
});

test('a preset takes its keys from the shell', () => {
  expect(
    destinationOf({ preset: 'langfuse-eu' }, { LANGFUSE_PUBLIC_KEY: 'pk', LANGFUSE_SECRET_KEY: SECRET }),
  ).toEqual({ preset: 'langfuse-eu', parameters: { publicKey: 'pk', secretKey: SECRET } });
  expect(destinationOf({ preset: 'jaeger' }, {})).toEqual({ preset: 'jaeger' });
});

test('a preset at another address: its key goes there', () => {
  expect(
    destinationOf(
      { preset: 'honeycomb-us', endpoint: 'http://127.0.0.1:8080', protocol: 'http/json' },
      { HONEYCOMB_API_KEY: SECRET },
    ),
  ).toEqual({
    endpoint: 'http://127.0.0.1:8080',
    preset: 'honeycomb-us',
    parameters: { apiKey: SECRET },
    protocol: 'http/json',
  });
});

test('the signals that it gets, of a preset those that its backend takes', () => {
  const wanted = { endpoint: 'http://localhost:4318', signals: 'traces, metrics,traces' };
  expect(destinationOf(wanted, {})).toEqual({ endpoint: wanted.endpoint, signals: ['traces', 'metrics'] });
  const unknown = () => destinationOf({ ...wanted, signals: 'traces,spans' }, {});
  expect(unknown).toThrow('--signals is "traces,spans": write traces,metrics,logs or some of these');
  const refused = () => destinationOf({ preset: 'jaeger', signals: 'traces,metrics' }, {});
  expect(refused).toThrow('--signals names metrics, which jaeger does not take: it takes traces');
  expect(() => destinationOf({ signals: 'traces' }, {})).toThrow('add --endpoint URL or --preset NAME');
});

test('nothing said: variables decide', () => {
  expect(destinationOf({}, {})).toBeUndefined();
});

test.each([
  [{ preset: 'langfuse-eu' }, 'export LANGFUSE_SECRET_KEY=…   # in Langfuse: the project'],
  [{ preset: 'langfuse' }, 'there is no preset "langfuse": write one of jaeger, '],
  [{ preset: 'honeycomb-us', endpoint: 'http://x' }, 'export HONEYCOMB_API_KEY=…'],
  [
    { endpoint: 'http://x', protocol: 'thrift' },
    '--protocol is "thrift": write http/protobuf, http/json, grpc',
  ],
  [{ protocol: 'grpc' }, 'add --endpoint URL or --preset NAME'],
  [{ endpoint: 'localhost' }, '--endpoint "localhost" is no URL'],
  [{ content: 'full' }, 'add --endpoint URL or --preset NAME'],
  [{ endpoint: 'http://x', content: 'redacted' }, 'masking does not exist yet'],
  [{ endpoint: 'http://x', header: ['a=b', SECRET] }, '--header 2 is no header'],
  [{ endpoint: 'http://x', header: [`a=${SECRET}\n`] }, '--header 1 is no header'],
])('%j: what is wrong and what to do', (options, message) => {
  const env = { LANGFUSE_PUBLIC_KEY: SECRET };
  expect(() => destinationOf(options, env)).toThrow(message);
  expect(() => destinationOf(options, env)).not.toThrow(SECRET);
});
