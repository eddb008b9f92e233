import { expect, test } from 'vitest';
import { type TurnPart, turnsOf } from '../../../collector/query/turns.ts';

test('a turn is named by its prompt, else its number, else the name of its root', () => {
  const turns = turnsOf([
    part({ traceId: 'a', prompt: 'Fix it', number: 1 }),
    part({ traceId: 'b', number: 2, startUnixNano: 1n }),
    part({ traceId: 'c', turnId: null, rootName: 'GET /', startUnixNano: 2n }),
    part({ traceId: 'd', turnId: null, firstName: 'publish', startUnixNano: 3n }),
  ]);
  expect(turns.map(({ title }) => title)).toEqual(['Fix it', 'Turn 2', 'GET /', 'publish']);
});

test('spans without a turn id count for the first turn of their trace', () => {
  const turns = turnsOf([
    part({ turnId: 'second', spans: 3, startUnixNano: 50n }),
    part({ turnId: 'first', spans: 2, errors: 1, rootSpanId: 'root', startUnixNano: 10n, endUnixNano: 20n }),
    part({ turnId: null, spans: 4, rootSpanId: 'native', startUnixNano: 5n, endUnixNano: 90n }),
  ]);
  expect(turns).toMatchObject([
    { spans: 6, errors: 1, rootSpanId: 'root', startUnixNano: '5', endUnixNano: '90' },
    { spans: 3 },
  ]);
});

test('a turn whose root has not come is listed without one', () => {
  expect(turnsOf([part({ number: 4 })])).toMatchObject([{ rootSpanId: null, status: null, title: 'Turn 4' }]);
});

function part(fields: Partial<TurnPart>): TurnPart {
  return {
    traceId: 't',
    turnId: 'turn',
    number: null,
    rootSpanId: null,
    rootName: null,
    status: null,
    prompt: null,
    firstName: 'first',
    startUnixNano: 0n,
    endUnixNano: 0n,
    spans: 1,
    errors: 0,
    inputTokens: 0,
    outputTokens: 0,
    ...fields,
  };
}
