// Against what the client itself says that a request cost: the `api_request` event of its own telemetry, by the request's id.
// Never more than a billionth of a dollar apart. A request whose end was not written down is left out: its tokens are not
// all known to us. A model that we have no price for has no cost; the client then takes that of another model.
import type { LogRow, SpanRow } from '../../../collector/model.ts';
import type { Evidence, Fault } from '../evidence.ts';
import { groupBy, isGeneration, isMarked, isTurn, label, valueOf } from './parts.ts';

const COST = 'gen_ai.usage.cost';

export function judgeCosts({ native, spans }: Evidence): Fault[] {
  const faults: Fault[] = [];
  const generations = spans.filter(isGeneration);
  const ours = groupBy(generations, (span) => valueOf(span, 'request_id'));
  for (const { requestId, dollars } of native.logs.flatMap(requestOf)) {
    const span = ours.get(requestId)?.[0];
    if (span === undefined || isMarked(span, 'turnspan.usage.incomplete')) continue;
    const cost = valueOf(span, COST);
    if (cost === undefined && !hasPrice(span)) continue;
    if (!isSame(Number(cost), dollars))
      faults.push({
        rule: 'the cost that the client tells',
        what: `${requestId} is ${String(cost)}, not ${dollars}`,
      });
  }
  for (const span of spans) {
    if (COST in span.attributes && !isGeneration(span))
      faults.push({ rule: 'costs on generations alone', what: label(span) });
  }
  return [...faults, ...sums(spans.filter(isTurn), generations)];
}

/** Where all responses of a session are in its turns (none of an agent's came later), the turns have cost what they did. */
function sums(turns: readonly SpanRow[], generations: readonly SpanRow[]): Fault[] {
  const total = (all: readonly SpanRow[], key: string): number =>
    all.reduce((sum, span) => sum + Number(valueOf(span, key) ?? 0), 0);
  if (total(turns, 'turnspan.turn.generations') !== generations.length) return [];
  const [told, wanted] = [total(turns, 'turnspan.turn.cost'), total(generations, COST)];
  if (isSame(told, wanted)) return [];
  return [{ rule: 'turns cost what their generations did', what: `${told}, not ${wanted}` }];
}

/** A newer model may not be in our list yet; these are, and without them nothing would be compared. */
function hasPrice(span: SpanRow): boolean {
  return /^claude-(opus|sonnet)-/.test(String(valueOf(span, 'gen_ai.response.model')));
}

function isSame(one: number, other: number): boolean {
  return Math.abs(one - other) < 1e-9;
}

/** The client's event of an answered request. */
export function isApiRequest({ eventName, attributes }: LogRow): boolean {
  return attributes['event.name'] === 'api_request' || eventName === 'claude_code.api_request';
}

function requestOf(event: LogRow): { requestId: string; dollars: number }[] {
  const { request_id: requestId, cost_usd: dollars } = event.attributes;
  if (!isApiRequest(event) || typeof requestId !== 'string' || dollars === undefined) return [];
  return [{ requestId, dollars: Number(dollars) }];
}
