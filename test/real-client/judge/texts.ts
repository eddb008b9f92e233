// Text that must leave leaves; text that nobody may see is nowhere in what was sent, and nothing of it stays behind.
import type { Evidence, Fault } from '../evidence.ts';

export function judgeTexts({ expected, spans, kept }: Evidence): Fault[] {
  const { told = [], nowhere = [] } = expected.texts ?? {};
  const sent = JSON.stringify(spans, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  const missing = told.filter((text) => !sent.includes(text));
  return [
    // Else the scenario would prove nothing of the others.
    ...missing.map((text) => ({ rule: 'text that is told', what: `"${text}" is not` })),
    ...nowhere
      .filter((text) => sent.includes(text))
      .map((text) => ({ rule: 'text that is nowhere', what: `"${text}" was sent` })),
    ...nowhere
      .filter((text) => kept.includes(text))
      .map((text) => ({ rule: 'text that is nowhere', what: `"${text}" was kept` })),
  ];
}
