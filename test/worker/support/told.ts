// A story (test/support/transcripts.ts) that reaches the disk bit by bit, as Claude Code writes it.
import { appendFileSync } from 'node:fs';
import { layOut, newStory, type Story, type StoryOptions } from '../../support/transcripts.ts';

export interface ToldStory {
  readonly story: Story;
  readonly transcript: string;
  /** Writes what was told since the last time. */
  write(): void;
}

export interface ToldOptions extends StoryOptions {
  /** Ids count up from here: two stories of one project must not share them. */
  readonly idsFrom?: number;
}

/** Begins a story whose files lie in `project`. Its lines are some minutes old, so that none is from the future. */
export function tell(project: string, { idsFrom = 0, ...options }: ToldOptions = {}): ToldStory {
  const story = newStory({ startsAt: Date.now() - 10 * 60_000, ...options });
  for (let id = 0; id < idsFrom; id++) story.system('unwritten');
  story.wait(-1000 * idsFrom);
  const { transcript } = layOut(project, story);
  let written = story.writes.length;
  return {
    story,
    transcript,
    write: () => {
      const { pathOf } = layOut(project, story);
      for (const { file, text } of story.writes.slice(written)) appendFileSync(pathOf(file), text);
      written = story.writes.length;
    },
  };
}
