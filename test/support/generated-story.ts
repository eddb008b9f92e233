// Sessions that nobody wrote by hand: any number of turns of every kind, one after the other, made from choices that
// fast-check can shrink.
import fc from 'fast-check';

import { newStory, type Conversation, type Story } from './transcripts.ts';

/** How one step of a session goes. */
export type Step =
  | { readonly kind: 'answer'; readonly mark: Mark }
  | {
      readonly kind: 'tools';
      readonly results: readonly Result[];
      readonly split: boolean;
      readonly mark: Mark;
    }
  | { readonly kind: 'blocked'; readonly context: boolean }
  | { readonly kind: 'interrupted'; readonly inTool: boolean }
  | { readonly kind: 'failed'; readonly retries: number }
  | { readonly kind: 'agents'; readonly nested: boolean; readonly count: number; readonly mark: Mark }
  | { readonly kind: 'background'; readonly nested: boolean }
  | { readonly kind: 'notified' }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'compacted' }
  | { readonly kind: 'command'; readonly answered: boolean }
  | { readonly kind: 'went on'; readonly recorded: boolean };

type Mark = 'both' | 'summary' | 'duration' | 'none';
type Result = 'ok' | 'failed' | 'missing';

const mark = fc.constantFrom<Mark>('both', 'summary', 'duration', 'none');
const result = fc.constantFrom<Result>('ok', 'ok', 'failed', 'missing');

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('answer' as const), mark }),
  fc.record({
    kind: fc.constant('tools' as const),
    results: fc.array(result, { minLength: 1, maxLength: 4 }),
    split: fc.boolean(),
    mark,
  }),
  fc.record({ kind: fc.constant('blocked' as const), context: fc.boolean() }),
  fc.record({ kind: fc.constant('interrupted' as const), inTool: fc.boolean() }),
  fc.record({ kind: fc.constant('failed' as const), retries: fc.nat(2) }),
  fc.record({
    kind: fc.constant('agents' as const),
    nested: fc.boolean(),
    count: fc.integer({ min: 1, max: 2 }),
    mark,
  }),
  fc.record({ kind: fc.constant('background' as const), nested: fc.boolean() }),
  fc.constant<Step>({ kind: 'notified' }),
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'resumed' }) },
  fc.constant<Step>({ kind: 'compacted' }),
  fc.record({ kind: fc.constant('command' as const), answered: fc.boolean() }),
  fc.record({ kind: fc.constant('went on' as const), recorded: fc.boolean() }),
);

/** Sessions of up to eight steps. */
export const steps: fc.Arbitrary<readonly Step[]> = fc.array(step, { minLength: 1, maxLength: 8 });

/** The session that goes so. */
export function storyOf(choices: readonly Step[]): Story {
  const story = newStory();
  /** Agents in the background that have not told their end, oldest first. */
  const running: { readonly agentId: string; readonly toolUseId: string; readonly file: Conversation }[] = [];
  const ended: { readonly agentId: string; readonly file: Conversation }[] = [];
  let agents = 0;

  const ends = (how: Mark): void => {
    if (how === 'both' || how === 'summary') story.stopSummary();
    if (how === 'both' || how === 'duration') story.turnDuration();
  };

  /** An agent that works, perhaps with one below it, and answers. */
  const works = (toolUseId: string, nested: boolean, background: boolean) => {
    const agentId = `agent${++agents}`;
    const file = story.agent(agentId, 'Look into it', { toolUseId, background });
    const response = file.response();
    const tool = response.tool('Bash', { command: 'ls' });
    file.result(tool, 'README.md');
    if (nested) {
      const below = file.response().tool('Agent', { prompt: 'Look deeper' });
      const nestedId = `agent${++agents}`;
      const nestedFile = story.agent(nestedId, 'Look deeper', {
        toolUseId: below,
        depth: 2,
        parentAgentId: agentId,
      });
      nestedFile.answer('Nothing there.');
      file.result(below, 'Nothing there.', { toolUseResult: { status: 'completed', agentId: nestedId } });
    }
    return { agentId, toolUseId, file };
  };

  const tells: { readonly [K in Step['kind']]: (one: Extract<Step, { kind: K }>) => void } = {
    answer: ({ mark: how }) => {
      story.prompt('What is this? Ünïcode 🎉');
      story.answer('A shop.');
      ends(how);
    },
    tools: ({ results, split, mark: how }) => {
      story.prompt('Fix the test');
      const response = story.response();
      response.thinking('All at once.');
      const tools = results.map((_, n) => {
        const id = response.tool('Bash', { command: `step ${n}` });
        if (split && n === 0 && results[0] !== 'missing')
          story.result(id, 'early', { isError: results[0] === 'failed' });
        return id;
      });
      for (const [n, id] of [...tools.entries()].reverse()) {
        const outcome = results[n];
        if (outcome === 'missing' || (split && n === 0)) continue;
        story.result(id, `result ${n}`, { isError: outcome === 'failed' });
      }
      story.answer('Done.');
      ends(how);
    },
    blocked: ({ context }) => {
      story.prompt('Fix the test');
      story.answer('Fixed.');
      if (context) story.attachment({ type: 'hook_additional_context', hookEvent: 'Stop', content: ['red'] });
      else story.injected('Stop hook feedback: red');
      story.stopSummary();
      story.answer('Now it is.');
      story.endOfTurn();
    },
    interrupted: ({ inTool }) => {
      story.prompt('Fix the test');
      const response = story.response({ stopReason: inTool ? 'tool_use' : null });
      if (inTool) response.tool('Bash');
      else response.text('I wi');
      story.interrupt(inTool);
    },
    failed: ({ retries }) => {
      story.prompt('Fix the test');
      for (let attempt = 1; attempt <= retries; attempt++) story.retry(attempt);
      story.apiError('overloaded', 529);
    },
    agents: ({ nested, count, mark: how }) => {
      story.prompt('Have it reviewed');
      const response = story.response();
      const calls = Array.from({ length: count }, (_, n) =>
        response.tool('Agent', { prompt: `Review ${n}` }),
      );
      const working = calls.map((id) => works(id, nested, false));
      for (const { agentId, toolUseId, file } of working.reverse()) {
        file.answer('All good.');
        story.result(toolUseId, 'All good.', { toolUseResult: { status: 'completed', agentId } });
        ended.push({ agentId, file });
      }
      story.answer('They agree.');
      ends(how);
    },
    background: ({ nested }) => {
      story.prompt('Write it in the background');
      const call = story.response().tool('Agent', { prompt: 'Write it' });
      const agent = works(call, nested, true);
      story.result(call, 'launched', { toolUseResult: { isAsync: true, agentId: agent.agentId } });
      running.push(agent);
      story.answer('Started.');
      story.endOfTurn();
    },
    notified: () => {
      const agent = running.shift();
      if (agent === undefined) return;
      agent.file.answer('Written.');
      story.notification(agent.agentId, { toolUseId: agent.toolUseId });
      story.answer('It is written.');
      story.endOfTurn();
      ended.push(agent);
    },
    resumed: () => {
      const agent = ended.shift();
      if (agent === undefined) return;
      story.prompt('Tell the writer to go on');
      const call = story.response().tool('SendMessage', { to: agent.agentId });
      story.result(call, 'sent');
      story.answer('Told.');
      story.endOfTurn();
      agent.file.prompt('Go on');
      agent.file.answer('Went on.');
      story.notification(agent.agentId);
      story.answer('It went on.');
      story.endOfTurn();
    },
    compacted: () => {
      story.compaction();
      story.injected('<local-command-caveat>…</local-command-caveat>');
      story.prompt('<command-name>/compact</command-name>');
      story.prompt('<local-command-stdout>Compacted</local-command-stdout>');
    },
    command: ({ answered }) => {
      story.prompt('<command-message>tidy</command-message>\n<command-name>/tidy</command-name>');
      story.injected('Tidy up.');
      if (answered) {
        story.answer('Tidied.');
        story.endOfTurn();
      }
    },
    'went on': ({ recorded }) => {
      story.injected('Continue from where you left off.');
      story.answer('Going on.', { unrecorded: !recorded });
    },
  };
  // Each step goes to the teller of its own kind; the compiler cannot follow this.
  for (const one of choices) (tells[one.kind] as (step: Step) => void)(one);
  return story;
}
