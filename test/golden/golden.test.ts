// Every folder here is a scenario: transcripts as they lie on the disk, `about.txt`, and in `tree.txt` what `export`
// makes of them. A new folder is a new test.
// After a change that is meant, `TURNSPAN_GOLDEN=write npx vitest run test/golden` writes the trees anew: read the diff.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { exportSessions } from '../../src/export-sessions.ts';
import { silentLog } from '../../src/platform/log.ts';
import { temporaryFolder } from '../support/folders.ts';
import { spansOfLines, type PlainSpan } from '../support/otlp-lines.ts';
import { traceText } from '../support/trace-text.ts';
import { scenarios } from './scenarios.ts';

describe('the tree of', () => {
  test.each(scenarios)('$name', async ({ folder, transcripts }) => {
    const out = join(temporaryFolder(), 'out.jsonl');
    await exportSessions(transcripts, { content: 'full', target: out, log: silentLog });
    const spans = spansOfLines(readFileSync(out, 'utf8'));
    const about = readFileSync(join(folder, 'about.txt'), 'utf8');
    const text = `${about}\n${traceText(spans, { leaveOut: isSaidElsewhere(spans), textLimit: 100 })}`;
    const golden = join(folder, 'tree.txt');
    if (process.env['TURNSPAN_GOLDEN'] === 'write') writeFileSync(golden, text);
    expect(text).toBe(
      existsSync(golden) ? readFileSync(golden, 'utf8') : 'no tree.txt yet: write and read it',
    );
  });
});

/** Constants, and what the name of the span, its place in the tree or another attribute says already. */
const CONSTANT = new Set([
  'gen_ai.operation.name', 'gen_ai.provider.name', 'gen_ai.conversation.id', 'gen_ai.agent.name', 'agent_id',
  'turnspan.turn.id', 'prompt.id', 'gen_ai.request.model', 'gen_ai.request.max_tokens', 'gen_ai.response.finish_reasons',
  'turnspan.request.service_tier', 'turnspan.request.speed', 'turnspan.request.effort', 'turnspan.request.thinking', 'turnspan.turn.effort',
  'gen_ai.tool.name', 'gen_ai.tool.call.id', 'gen_ai.tool.type', 'turnspan.tool.input_bytes', 'turnspan.tool.result_bytes',
]); // prettier-ignore

/** Said once for the trace, by its root. */
const OF_ROOT = new Set(['turnspan.turn.number', 'session.id']);

function isSaidElsewhere(spans: readonly PlainSpan[]) {
  const sessions = new Set(spans.map(({ attributes }) => attributes.get('session.id')));
  return (key: string, value: unknown, span: PlainSpan): boolean =>
    CONSTANT.has(key) ||
    (key === 'session.id' && sessions.size === 1) ||
    (OF_ROOT.has(key) && span.parentSpanId !== undefined) ||
    (key === 'gen_ai.response.model' && span.name === `chat ${String(value)}` && isAnswered(span)) ||
    (value === 0 && /^turnspan\.(turn|agent|usage)\./.test(key));
}

function isAnswered({ attributes }: PlainSpan): boolean {
  return attributes.has('gen_ai.response.id');
}
