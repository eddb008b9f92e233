// A client that goes from turn to turn: its transcript, its hooks, the workers that they wake.
import { tell } from '../../worker/support/told.ts';
import { callHook, settled, startClient, type World } from '../../worker/support/world.ts';

export interface StorySession {
  readonly transcript: string;
  /** One more turn with a failed tool call, from its prompt to the end of the worker that its Stop wakes. */
  turn(): Promise<void>;
}

/** `environment`: what the client was started with. */
export function beginSession(world: World, environment: Readonly<Record<string, string>>): StorySession {
  const { story, transcript, write } = tell(world.project);
  const client = startClient(environment);
  return {
    transcript,
    turn: async () => {
      story.prompt('Shall we?');
      const call = story.response().tool('Bash', { command: 'ls' });
      story.result(call, 'money.js', { isError: true });
      story.answer('Yes.');
      story.endOfTurn();
      write();
      await callHook(world, { event: 'Stop', transcript, client });
      await settled(world);
    },
  };
}
