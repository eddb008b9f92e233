// Every answered request of a conversation is one generation with its exact tokens; a request that was cut off or left
// unanswered is at most one, and marked; nothing else is a generation.
import type { SpanRow } from '../../../collector/model.ts';
import type { Evidence, Fault } from '../evidence.ts';
import type { Exchange } from '../support/model-exchanges.ts';
import { ownerRule } from './owners.ts';
import { groupBy, isGeneration, isMarked, label, turnRequests, valueOf } from './parts.ts';

export function judgeGenerations(evidence: Evidence): Fault[] {
  const spans = evidence.spans.filter(isGeneration);
  const byMessage = groupBy(spans, (span) => valueOf(span, 'gen_ai.response.id'));
  const ownerFault = ownerRule(evidence);
  const faults: Fault[] = [];
  const add = (rule: string, what: string) => faults.push({ rule, what });

  for (const exchange of turnRequests(evidence)) {
    const name = `request ${exchange.number} (${exchange.conversation}, ${exchange.outcome})`;
    const found = exchange.messageId === undefined ? [] : (byMessage.get(exchange.messageId) ?? []);
    const [span] = found;
    if (found.length > 1) add('a generation once', `${name} is ${found.length} generations`);
    if (span === undefined) {
      if (exchange.outcome === 'answered') add('a generation for each answer', `${name} is none`);
      continue;
    }
    const place = ownerFault(span, exchange);
    if (place !== undefined) add('a generation under its turn or agent', `${name}: ${place}`);
    const requestId = valueOf(span, 'request_id');
    const isWritten = evidence.written.answers.get(exchange.messageId ?? '')?.hasRequestId === true;
    if (requestId !== (isWritten ? exchange.requestId : undefined)) {
      add('a request id', `${name} has ${String(requestId)}`);
    }
    for (const what of wrongTokens(span, exchange, evidence)) add('exact tokens', `${name}: ${what}`);
  }

  const known = new Map(evidence.exchanges.map((exchange) => [exchange.messageId, exchange]));
  const left =
    turnRequests(evidence).filter(({ outcome }) => outcome !== 'answered').length +
    (evidence.expected.seemUnanswered ?? 0);
  const nameless = spans.filter((span) => valueOf(span, 'gen_ai.response.id') === undefined);
  if (nameless.length > left)
    add('no generation more', `${nameless.length} without an answer, ${left} were left`);
  for (const span of nameless) {
    if (!isMarked(span, 'turnspan.usage.incomplete')) add('incomplete is marked', label(span));
  }
  for (const [messageId, found] of byMessage) {
    const exchange = typeof messageId === 'string' ? known.get(messageId) : undefined;
    if (messageId === undefined || exchange?.purpose === 'turn') continue;
    // A client may write down what it asked for itself (warm-ups): then the tokens are right, and it is told once.
    if (exchange === undefined) add('no generation more', `${found.length} of an answer that nobody gave`);
    else if (found.length > 1) add('a generation once', `request ${exchange.number} (${exchange.purpose})`);
  }
  return faults;
}

function* wrongTokens(span: SpanRow, exchange: Exchange, { written }: Evidence): Iterable<string> {
  const { usage, messageId = '', outcome } = exchange;
  if (usage === undefined) return;
  const { input_tokens: fresh, cache_read_input_tokens: read, cache_creation_input_tokens: creation } = usage;
  const wanted = {
    'gen_ai.usage.input_tokens': fresh + read + creation,
    'gen_ai.usage.cache_read.input_tokens': read,
    'gen_ai.usage.cache_creation.input_tokens': creation,
    'turnspan.usage.cache_creation_5m_tokens': usage.cache_creation.ephemeral_5m_input_tokens,
    'turnspan.usage.cache_creation_1h_tokens': usage.cache_creation.ephemeral_1h_input_tokens,
  };
  for (const [key, tokens] of Object.entries(wanted)) {
    if (valueOf(span, key) !== tokens) yield `${key} is ${String(valueOf(span, key))}, not ${tokens}`;
  }
  const output = Number(valueOf(span, 'gen_ai.usage.output_tokens'));
  const incomplete = isMarked(span, 'turnspan.usage.incomplete');
  const isKnown = outcome === 'answered' && written.answers.get(messageId)?.hasStopReason === true;
  if (isKnown && incomplete) yield 'marked incomplete, though the client wrote its end';
  if (isKnown && output !== usage.output_tokens) yield `output is ${output}, not ${usage.output_tokens}`;
  if (!isKnown && !incomplete) yield 'not marked incomplete, though the client did not write its end';
  if (!isKnown && !(output <= usage.output_tokens))
    yield `output is ${output}, more than ${usage.output_tokens}`;
}
