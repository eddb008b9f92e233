// In: what names a model in the price list, and a name in lower case. Out: whether it is that model.
import type { MatchLogic } from '@pydantic/genai-prices';

export function matches(logic: MatchLogic, name: string): boolean {
  if ('or' in logic) return logic.or.some((one) => matches(one, name));
  if ('and' in logic) return logic.and.every((one) => matches(one, name));
  if ('equals' in logic) return name === logic.equals.toLowerCase();
  if ('starts_with' in logic) return name.startsWith(logic.starts_with.toLowerCase());
  if ('ends_with' in logic) return name.endsWith(logic.ends_with.toLowerCase());
  if ('contains' in logic) return name.includes(logic.contains.toLowerCase());
  return new RegExp(logic.regex).test(name);
}
