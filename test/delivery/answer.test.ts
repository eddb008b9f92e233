import { expect, test } from 'vitest';

import { readPartialSuccess } from '../../src/delivery/answer.ts';
import { partialSuccess } from './otlp-answers.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

test('protobuf', () => {
  expect(readPartialSuccess(partialSuccess(3, 'too old'), 'application/x-protobuf', 'protobuf')).toEqual({
    rejected: 3,
    message: 'too old',
  });
});

test.each([3, '3'])('JSON, with the count as %j', (rejectedSpans) => {
  const body = JSON.stringify({ partialSuccess: { rejectedSpans, errorMessage: 'too old' } });
  expect(readPartialSuccess(text(body), 'application/json; charset=utf-8', 'json')).toEqual({
    rejected: 3,
    message: 'too old',
  });
});

test('a JSON answer to a protobuf request is read as JSON', () => {
  const body = text('{"partialSuccess":{"rejectedSpans":1}}');
  expect(readPartialSuccess(body, 'application/json', 'protobuf')).toEqual({ rejected: 1, message: '' });
});

test('without a content type the answer is read like the request', () => {
  expect(readPartialSuccess(partialSuccess(2, ''), undefined, 'protobuf')).toEqual({
    rejected: 2,
    message: '',
  });
});

test('a message without rejected spans is a warning', () => {
  expect(readPartialSuccess(partialSuccess(0, 'old schema'), undefined, 'protobuf')).toEqual({
    rejected: 0,
    message: 'old schema',
  });
});

test.each([
  ['empty', '', 'application/x-protobuf'],
  ['an empty message', '\x0a\x00', 'application/x-protobuf'],
  ['cut short', '\x0a\x7f\x08', 'application/x-protobuf'],
  ['an empty object', '{}', 'application/json'],
  ['null', 'null', 'application/json'],
  ['a partial success of null', '{"partialSuccess":null}', 'application/json'],
  ['broken JSON', '{"partialSuccess":{', 'application/json'],
  ['wrong types', '{"partialSuccess":{"rejectedSpans":{}}}', 'application/json'],
  ['a page', '<html>ok</html>', 'text/html'],
])('%s rejects nothing', (_, body, contentType) => {
  expect(readPartialSuccess(text(body), contentType, 'protobuf')).toBeUndefined();
});
