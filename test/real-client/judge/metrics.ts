// Turnspan's tokens, as its metrics add them up, are those that the model server answered: to each answered request of a
// conversation, and to whatever else is told as a generation. And its series are such as backends can add up.
// Of a request whose end the client did not write down, the output is what was written: `exact tokens` limits that.
import type { Evidence, Fault } from '../evidence.ts';
import type { Usage } from '../support/model-answer.ts';
import { isGeneration, isMarked, turnRequests, valueOf } from './parts.ts';
import { addUp, differences, judgeSeries, nameOf, recordingsOf, totalsOf } from './points.ts';

export function judgeMetrics(evidence: Evidence): Fault[] {
  const { points } = evidence;
  const rule = 'the tokens that the server answered';
  const asked = askedOf(evidence);
  const wanted = (tokensOf: (usage: Usage) => Readonly<Record<string, number>>) =>
    addUp(
      asked.flatMap(({ model, usage }) =>
        Object.entries(tokensOf(usage)).map(([type, tokens]) => [nameOf([type, model]), tokens] as const),
      ),
    );
  const compare = (metric: string, type: string, tokensOf: Parameters<typeof wanted>[0], of = totalsOf) =>
    differences(
      rule,
      metric,
      of(points, metric, (point) => [valueOf(point, type), valueOf(point, 'gen_ai.response.model')]),
      wanted(tokensOf),
    );
  const usage = ['gen_ai.client.token.usage', 'gen_ai.token.type'] as const;
  return [
    ...judgeSeries(points),
    ...compare(...usage, (tokens) => ({
      input: tokens.input_tokens + tokens.cache_read_input_tokens + tokens.cache_creation_input_tokens,
      output: tokens.output_tokens,
    })),
    ...compare(...usage, () => ({ input: 1, output: 1 }), recordingsOf),
    ...compare('turnspan.tokens', 'turnspan.token.type', (tokens) => ({
      input: tokens.input_tokens,
      output: tokens.output_tokens,
      cache_read: tokens.cache_read_input_tokens,
      cache_creation_5m: tokens.cache_creation.ephemeral_5m_input_tokens,
      cache_creation_1h: tokens.cache_creation.ephemeral_1h_input_tokens,
    })),
  ];
}

/** The usage of every answer that must be counted. */
function askedOf(evidence: Evidence): { readonly model: string; readonly usage: Usage }[] {
  const spans = new Map(
    evidence.spans.filter(isGeneration).map((span) => [valueOf(span, 'gen_ai.response.id'), span]),
  );
  const answers = new Set(turnRequests(evidence).filter(({ outcome }) => outcome === 'answered'));
  return evidence.exchanges.flatMap((exchange) => {
    const { messageId, model, usage } = exchange;
    const span = messageId === undefined ? undefined : spans.get(messageId);
    if (usage === undefined || (span === undefined && !answers.has(exchange))) return [];
    if (span === undefined || !isMarked(span, 'turnspan.usage.incomplete')) return [{ model, usage }];
    const written = Number(valueOf(span, 'gen_ai.usage.output_tokens') ?? 0);
    return [{ model, usage: { ...usage, output_tokens: written } }];
  });
}
