// `turnspan export`: the example, to a file and to a backend. Real sessions are in test/corpus.
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';

import { encodingOf } from '../../src/delivery/encode.ts';
import { EXAMPLE_ID, EXAMPLE_TRANSCRIPT } from '../support/example-session.ts';
import { temporaryFolder } from '../support/folders.ts';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { spansOfLines } from '../support/otlp-lines.ts';
import { newStory, writeStory } from '../support/transcripts.ts';
import { turnspan } from './run-turnspan.ts';

const SPANS = 40;
const PROMPT = 'One line for the changelog, please.';

let backend: LoopbackBackend | undefined;
afterEach(async () => {
  await backend?.stop();
  backend = undefined;
});

describe('export to a file', () => {
  test('writes every span once, as one OTLP/JSON request a line, for its user alone', async () => {
    const file = join(temporaryFolder(), 'out.jsonl');
    const { code, stdout, stderr } = await turnspan(['export', EXAMPLE_TRANSCRIPT, '--file', file]);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `${SPANS} spans of 1 session exported\n`,
      stderr: '',
    });
    const spans = spansOfLines(readFileSync(file, 'utf8'));
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(SPANS);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['none by default', [], {}, false],
    ['none', ['--content', 'none'], { TURNSPAN_CONTENT: 'full' }, false],
    ['full', ['--content', 'full'], {}, true],
    ['full by TURNSPAN_CONTENT', [], { TURNSPAN_CONTENT: 'full' }, true],
  ] as const)('with content %s', async (_name, args, env, has) => {
    const file = join(temporaryFolder(), 'out.jsonl');
    await turnspan(['export', EXAMPLE_TRANSCRIPT, '--file', file, ...args], env);
    expect(readFileSync(file, 'utf8').includes(PROMPT)).toBe(has);
  });

  test('gives the same bytes each time', async () => {
    const folder = temporaryFolder();
    const bytes = [];
    for (const name of ['a.jsonl', 'b.jsonl']) {
      await turnspan(['export', EXAMPLE_TRANSCRIPT, '--file', join(folder, name), '--content', 'full']);
      bytes.push(readFileSync(join(folder, name)));
    }
    expect(bytes[0]?.equals(bytes[1]!)).toBe(true);
  });

  test('takes the folder of a session, and a folder of sessions', async () => {
    const file = join(temporaryFolder(), 'out.jsonl');
    const session = EXAMPLE_TRANSCRIPT.replace(/\.jsonl$/, '');
    expect((await turnspan(['export', session, '--file', file])).stdout).toContain(
      `${SPANS} spans of 1 session`,
    );
    const folder = temporaryFolder();
    copyFileSync(EXAMPLE_TRANSCRIPT, join(folder, `${EXAMPLE_ID}.jsonl`));
    const story = newStory();
    story.prompt('Do it');
    writeStory(folder, story);
    writeFileSync(join(folder, 'agent-old.jsonl'), '');
    expect((await turnspan(['export', folder, '--file', file])).stdout).toContain('of 2 sessions');
  });

  test('sends what a fork repeats once', async () => {
    const folder = temporaryFolder();
    const tell = (sessionId: string, more: string[]): void => {
      const story = newStory({ sessionId });
      for (const text of ['One', ...more]) {
        story.prompt(text);
        story.answer(`About ${text}.`);
        story.endOfTurn();
      }
      writeStory(folder, story);
    };
    tell('session-a', []);
    tell('session-b', ['Two']);
    const file = join(folder, 'out', 'spans.jsonl');
    mkdirSync(join(folder, 'out'));
    expect((await turnspan(['export', folder, '--file', file])).stdout).toBe(
      '4 spans of 2 sessions exported\n',
    );
  });

  test('exports the agents of a session whose transcript is lost', async () => {
    const story = newStory();
    story.agent('a1', 'Look', { type: 'Explore' }).answer('Nothing there.');
    const folder = temporaryFolder();
    writeStory(folder, story);
    const file = join(folder, 'spans.jsonl');
    await turnspan(['export', join(folder, story.sessionId), '--file', file]);
    const spans = spansOfLines(readFileSync(file, 'utf8'));
    expect(spans.map(({ name }) => name).sort()).toEqual(['chat claude-opus-5-5', 'invoke_agent Explore']);
    expect(
      spans.find(({ name }) => name.startsWith('invoke'))?.attributes.get('turnspan.agent.unlaunched'),
    ).toBe('orphan');
  });

  test('tells of broken lines by file, offset and reason, and exports the rest', async () => {
    const story = newStory();
    story.prompt('Do it');
    const offset = story.writes.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    story.raw('{"type":"user","message":"my secret\n');
    story.answer('Done.');
    const folder = temporaryFolder();
    const { transcript } = writeStory(folder, story);
    const file = join(folder, 'out');
    const { code, stdout, stderr } = await turnspan(['export', transcript, '--file', file]);
    expect(stderr).toContain(
      `line-unreadable file=${story.sessionId}.jsonl offset=${offset} reason="not valid JSON"`,
    );
    expect(stderr).not.toContain('secret');
    expect(stderr).not.toContain(folder);
    expect([code, stdout]).toEqual([0, '2 spans of 1 session exported\n']);
  });

  test('takes a last line without its newline', async () => {
    const story = newStory();
    story.prompt('Do it');
    story.answer('Done.');
    const folder = temporaryFolder();
    const { transcript } = writeStory(folder, story);
    writeFileSync(transcript, readFileSync(transcript, 'utf8').trimEnd());
    const { stdout } = await turnspan(['export', transcript, '--file', join(folder, 'out')]);
    expect(stdout).toBe('2 spans of 1 session exported\n');
  });
});

describe('export to a backend', () => {
  test('posts to its traces path, with headers, and says how many it took', async () => {
    backend = await startBackend();
    const { code, stdout, stderr } = await turnspan(['export', EXAMPLE_TRANSCRIPT], {
      OTEL_EXPORTER_OTLP_ENDPOINT: backend.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20of-a-test',
    });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `${SPANS} spans of 1 session exported\n`,
      stderr: '',
    });
    const [request] = backend.requests;
    expect(backend.requests).toHaveLength(1);
    expect(request).toMatchObject({ method: 'POST', path: '/v1/traces' });
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer of-a-test',
      'content-type': 'application/x-protobuf',
    });
    expect(encodingOf(bodyOf(request!))).toBe('protobuf');
    expect(bodyOf(request!).includes(PROMPT)).toBe(false);
  });

  test('that is named on the command line gets no headers meant for another', async () => {
    backend = await startBackend();
    await turnspan(['export', EXAMPLE_TRANSCRIPT, '--endpoint', backend.url, '--content', 'full'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20of-a-test',
    });
    expect(backend.requests[0]?.headers.authorization).toBeUndefined();
    expect(bodyOf(backend.requests[0]!).includes(PROMPT)).toBe(true);
  });

  test.each([
    ['refuses', { status: 401 }, 'refused the spans'],
    ['cannot take them now', { status: 503 }, 'does not take spans now'],
  ] as const)('that %s is told, exit code 1', async (_name, answer, message) => {
    backend = await startBackend(answer);
    const { code, stderr } = await turnspan(['export', EXAMPLE_TRANSCRIPT, '--endpoint', backend.url]);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });

  test('that is not there is told, exit code 1', async () => {
    backend = await startBackend();
    const { url } = backend;
    await backend.refuse();
    const { code, stderr } = await turnspan(['export', EXAMPLE_TRANSCRIPT, '--endpoint', url]);
    expect(stderr).toContain('does not take spans now');
    expect(code).toBe(1);
  });
});

describe('export to the console', () => {
  test('prints lines of OTLP/JSON and nothing else', async () => {
    const { code, stdout, stderr } = await turnspan(['export', EXAMPLE_TRANSCRIPT], {
      OTEL_TRACES_EXPORTER: 'console',
    });
    expect(spansOfLines(stdout)).toHaveLength(SPANS);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `${SPANS} spans of 1 session exported\n` });
  });

  test('beside OTLP sends the same to both', async () => {
    backend = await startBackend();
    const env = { OTEL_TRACES_EXPORTER: 'otlp,console', OTEL_EXPORTER_OTLP_ENDPOINT: backend.url };
    const { code, stdout } = await turnspan(['export', EXAMPLE_TRANSCRIPT], env);
    expect(spansOfLines(stdout)).toHaveLength(SPANS);
    expect([code, backend.requests.length]).toEqual([0, 1]);
  });

  test('is not what an endpoint on the command line means', async () => {
    backend = await startBackend();
    const { stdout } = await turnspan(['export', EXAMPLE_TRANSCRIPT, '--endpoint', backend.url], {
      OTEL_TRACES_EXPORTER: 'console',
    });
    expect(stdout).toBe(`${SPANS} spans of 1 session exported\n`);
    expect(backend.requests).toHaveLength(1);
  });
});

test('export obeys the limits of attributes', async () => {
  const file = join(temporaryFolder(), 'out.jsonl');
  const args = ['export', EXAMPLE_TRANSCRIPT, '--file', file, '--content', 'full'];
  await turnspan(args, { OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '40', OTEL_ATTRIBUTE_COUNT_LIMIT: '9' });
  for (const { attributes } of spansOfLines(readFileSync(file, 'utf8'))) {
    expect(attributes.size).toBeLessThanOrEqual(9);
    for (const value of attributes.values()) {
      if (typeof value === 'string') expect(value.length).toBeLessThanOrEqual(40);
    }
  }
});

test.each([
  [{ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' }, true],
  [{ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'EVENT_ONLY' }, false],
  [{ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true', TURNSPAN_CONTENT: 'none' }, false],
])('export with %j has texts: %s', async (env, has) => {
  const file = join(temporaryFolder(), 'out.jsonl');
  await turnspan(['export', EXAMPLE_TRANSCRIPT, '--file', file], env);
  expect(readFileSync(file, 'utf8').includes(PROMPT)).toBe(has);
});

function bodyOf({
  headers,
  body,
}: {
  headers: { 'content-encoding'?: string | undefined };
  body: Buffer;
}): Buffer {
  return headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}
