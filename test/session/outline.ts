// What the session room makes of a story, as a few lines of text that a test can show whole.
import type { Measures } from '../../src/session/measures.ts';
import type { Completed, RollUp, Work } from '../../src/session/model.ts';
import { createSession, type Session } from '../../src/session/session.ts';
import { noFacts, type SessionFacts } from '../../src/session/session-facts.ts';
import type { Entry } from '../../src/transcript/entry.ts';
import { parseEntries } from '../../src/transcript/parse-entry.ts';
import type { Story } from '../support/transcripts.ts';

/** Nobody writes this file any more. */
export const over: SessionFacts = { ...noFacts, over: true };

export interface Told {
  readonly completed: readonly Completed[];
  readonly session: Session;
}

/** Tells a story to a new session: all lines in their order, then the facts at its end. */
export function tell(story: Story, facts: SessionFacts = noFacts, measures?: Measures): Told {
  const session = createSession(story.sessionId, undefined, undefined, measures);
  session.know(facts);
  for (const [agentId, meta] of story.metas) {
    session.setAgentMeta(agentId, JSON.parse(meta) as Parameters<Session['setAgentMeta']>[1]); // made by the story
  }
  const completed: Completed[] = [];
  for (const { file, entry } of entriesOf(story)) {
    if (file === 'main') session.add(entry);
    else session.addAgent(file, entry);
    if (session.wantsAgents()) completed.push(...session.take());
  }
  completed.push(...session.take());
  session.settle();
  completed.push(...session.take());
  return { completed, session };
}

/** The entries of a story with their file, in the order of the disk. */
export function entriesOf(story: Story): { readonly file: string; readonly entry: Entry }[] {
  const offsets = new Map<string, number>();
  return story.writes.flatMap(({ file, text }) => {
    const start = offsets.get(file) ?? 0;
    const end = start + Buffer.byteLength(text);
    offsets.set(file, end);
    const line = { kind: 'line', text: text.replace(/\n$/, ''), start, end } as const;
    return parseEntries(line).map((entry) => ({ file, entry }));
  });
}

/** The completed things as a tree, one line each: what it is, how it ended, and what is out of the ordinary. */
export function outline({ completed, session }: Told): string[] {
  const turns = completed.flatMap((one) => (one.kind === 'turn' ? [one] : []));
  const open = session.openTurn();
  const known = new Set(turns.map(({ scope }) => scope.turnId));
  const scopes = new Map(completed.map(({ scope }) => [scope.turnId, scope]));
  if (open !== undefined) scopes.set(open.turnId, open);
  const lines: string[] = [];
  for (const scope of [...scopes.values()].sort((a, b) => a.number - b.number)) {
    const turn = turns.find((one) => one.scope.turnId === scope.turnId)?.turn;
    lines.push(
      words(
        `turn ${scope.number}`,
        turn?.status ?? (open?.turnId === scope.turnId ? 'open' : 'missing'),
        turn?.error === undefined ? '' : `error=${turn.error}`,
        turn?.endInferred === true ? 'end-inferred' : '',
        (turn?.agentsPending ?? 0) > 0 ? `pending=${turn?.agentsPending ?? 0}` : '',
        turn === undefined || turn.absorbed.length === 0 ? '' : `absorbed=${turn.absorbed.length}`,
        turn?.notifiedBy === undefined ? '' : `about=turn ${turn.notifiedBy.turn.number}`,
      ),
      ...below(completed, scope.turnId, undefined, 1),
    );
  }
  if (known.size !== turns.length) lines.push('a turn came twice');
  return lines;
}

function below(
  completed: readonly Completed[],
  turnId: string,
  agent: { readonly agentId: string; readonly runId: string } | undefined,
  depth: number,
): string[] {
  const indent = '  '.repeat(depth);
  const inTurn = completed.filter((one) => one.scope.turnId === turnId);
  const runs = inTurn.flatMap((one) => (one.kind === 'agent-run' ? [one.agentRun] : []));
  const runLines = (run: (typeof runs)[number], at: number): string[] => [
    `${'  '.repeat(at)}${words(
      `agent ${run.type ?? '?'}`,
      run.outcome,
      run.background ? 'background' : '',
      run.endInferred ? 'end-inferred' : '',
    )}`,
    ...below(completed, turnId, run.owner, at + 1),
  ];
  return inTurn.flatMap((one): string[] => {
    if (one.kind === 'turn') return [];
    if (one.kind === 'agent-run') {
      const unplaced = one.agentRun.toolUseId === undefined && agent === undefined;
      return unplaced ? runLines(one.agentRun, depth) : [];
    }
    if (one.owner?.agentId !== agent?.agentId || one.owner?.runId !== agent?.runId) return [];
    switch (one.kind) {
      case 'generation': {
        const { stopReason, startInferred, usageIncomplete, retries } = one.generation;
        return [
          `${indent}${words(
            'generation',
            stopReason ?? 'unended',
            startInferred ? 'start-inferred' : '',
            usageIncomplete ? 'usage-incomplete' : '',
            retries.length > 0 ? `retries=${retries.length}` : '',
          )}`,
        ];
      }
      case 'tool-call': {
        const { id, name, outcome, endInferred } = one.toolCall;
        return [
          `${indent}${words(`tool ${name}`, outcome, endInferred ? 'end-inferred' : '')}`,
          ...runs.filter(({ toolUseId }) => toolUseId === id).flatMap((run) => runLines(run, depth + 1)),
        ];
      }
      case 'compaction':
        return [`${indent}${words('compaction', one.compaction.trigger ?? '')}`];
    }
  });
}

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

/** The completed things of one kind. */
export function ofKind<K extends Completed['kind']>(
  { completed }: Pick<Told, 'completed'>,
  kind: K,
): Extract<Completed, { kind: K }>[] {
  return completed.filter((one): one is Extract<Completed, { kind: K }> => one.kind === kind);
}

/** The sums of a turn or an agent that are not zero. */
export function sums({ work, ...rollUp }: RollUp): Partial<RollUp & Work> {
  const all = Object.entries({ ...rollUp, ...work });
  return Object.fromEntries(
    all.filter(
      ([, value]) => value !== 0 && value !== false && !(Array.isArray(value) && value.length === 0),
    ),
  );
}
