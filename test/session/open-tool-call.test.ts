// What a tool call takes over from the line of its result.
import { expect, test } from 'vitest';

import { newStory } from '../support/transcripts.ts';
import { ofKind, over, tell } from './outline.ts';

test('a tool call hands on what the client keeps beside its result, as recorded', () => {
  const story = newStory();
  story.prompt('Look');
  const response = story.response();
  const [one, two, open] = [response.tool('Glob'), response.tool('Bash'), response.tool('Bash')];
  story.result(two, 'no', {
    isError: true,
    toolUseResult: 'Error: no',
    toolDenialKind: 'user-rejected',
    permissionDecision: { decision: 'reject', source: 'user_temporary' },
  });
  story.result(one, 'ok', { toolUseResult: { numFiles: 2, filenames: ['a', 'b'] } });
  const calls = ofKind(tell(story, over), 'tool-call').map(({ toolCall }) => toolCall);
  const of = (id: string) => calls.find((call) => call.id === id);
  expect(of(one)).toMatchObject({ details: { numFiles: 2, filenames: ['a', 'b'] }, denialKind: undefined });
  expect(of(two)).toMatchObject({
    details: 'Error: no',
    permissionDecision: 'reject',
    permissionSource: 'user_temporary',
    denialKind: 'user-rejected',
  });
  expect(of(open)).toMatchObject({ outcome: 'unfinished' });
  expect(of(open)?.details).toBeUndefined();
});
