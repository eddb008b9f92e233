import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { listAgentFiles, readAgentMeta, sessionFolder } from '../../src/transcript/agent-files.ts';
import { temporaryFolder } from '../support/folders.ts';

/** A session's transcript with these files in its folder of agents. */
function sessionWith(files: Readonly<Record<string, string>>): { transcript: string; subagents: string } {
  const transcript = join(temporaryFolder(), 'session.jsonl');
  const subagents = join(sessionFolder(transcript), 'subagents');
  mkdirSync(subagents, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(subagents, name), text);
  return { transcript, subagents };
}

describe("a session's agents", () => {
  test('are the transcripts in its folder, by name, and nothing else there', () => {
    const { transcript, subagents } = sessionWith({
      'agent-b2.jsonl': '',
      'agent-a1.jsonl': '',
      'agent-a1.meta.json': '{}',
      'agent-a1.meta.json.tmp.0a1b2c3d': '{',
      'agent-acompact-7.jsonl': '',
      'journal.jsonl': '',
      'notes.txt': '',
    });
    expect(listAgentFiles(transcript)).toEqual([
      { agentId: 'a1', path: join(subagents, 'agent-a1.jsonl') },
      { agentId: 'acompact-7', path: join(subagents, 'agent-acompact-7.jsonl') },
      { agentId: 'b2', path: join(subagents, 'agent-b2.jsonl') },
    ]);
  });

  test('are also those beside the transcript that name its session (2.0.50 to 2.1.0)', () => {
    const { transcript, subagents } = sessionWith({ 'agent-a1.jsonl': '' });
    const folder = join(subagents, '../..');
    const line = (sessionId: string): string => `${JSON.stringify({ isSidechain: true, sessionId })}\n`;
    writeFileSync(join(folder, 'agent-0a1b2c3d.jsonl'), line('session'));
    writeFileSync(join(folder, 'agent-4e5f6a7b.jsonl'), line('another'));
    const isOurs = new Map<string, boolean>();
    expect(listAgentFiles(transcript, isOurs).map(({ agentId }) => agentId)).toEqual(['a1', '0a1b2c3d']);
    expect([...isOurs.values()]).toEqual([true, false]);
  });

  test('are none where there is no folder', () => {
    expect(listAgentFiles(join(temporaryFolder(), 'session.jsonl'))).toEqual([]);
  });

  test('are none where the folder of the session is a file', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'session'), '');
    expect(listAgentFiles(join(folder, 'session.jsonl'))).toEqual([]);
  });
});

describe('a meta file', () => {
  test.each([
    [
      '{"agentType":"Explore","toolUseId":"toolu_1","spawnDepth":2}',
      { agentType: 'Explore', toolUseId: 'toolu_1' },
    ],
    ['{"agentType":7,"toolUseId":"toolu_1"}', { toolUseId: 'toolu_1' }],
    ['{}', {}],
  ])('%s tells what is of the known shape', (text, expected) => {
    const { transcript } = sessionWith({ 'agent-a1.jsonl': '', 'agent-a1.meta.json': text });
    const [agent] = listAgentFiles(transcript);
    expect(JSON.parse(JSON.stringify(readAgentMeta(agent!)))).toEqual(expected);
  });

  test.each(['', '{"agentType":', '[]', 'null'])('that is damaged (%j) tells nothing', (text) => {
    const { transcript } = sessionWith({ 'agent-a1.jsonl': '', 'agent-a1.meta.json': text });
    const [agent] = listAgentFiles(transcript);
    expect(readAgentMeta(agent!)).toEqual({});
  });

  test('that is not there tells nothing', () => {
    const { transcript } = sessionWith({ 'agent-a1.jsonl': '' });
    expect(readAgentMeta(listAgentFiles(transcript)[0]!)).toEqual({});
  });
});
