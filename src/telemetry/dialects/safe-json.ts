// In: numbers, marks and safe texts by name. Out: one JSON text of them, at every content level.
// Always: valid JSON, or nothing: what is longer than a text may be is left out whole, because half of it would be no JSON.
import { contentPolicy } from '../../privacy/policy.ts';
import type { SafeText } from '../../privacy/safe-text.ts';

/** Names are ours, values have passed the policy already. */
export type SafeFields = Readonly<Record<string, SafeText | number | boolean | undefined>>;

/** What may leave is in it already: nothing is left to decide. */
const ALREADY_SAFE = contentPolicy('full');

/** `undefined` where nothing is known, or where it is longer than `most`. */
export function safeJson(fields: SafeFields, most = Infinity): SafeText | undefined {
  if (Object.values(fields).every((value) => value === undefined)) return undefined;
  const json = ALREADY_SAFE.json(() => fields);
  return json === undefined || json.length > most ? undefined : json;
}
