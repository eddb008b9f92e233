// What a scenario's drive has in its hands: the client on its stage, the model behind it, the backend that Turnspan sends to.
// Always: clients that are started here end with the run.
import type { ClientStage } from './support/client-stage.ts';
import type { InstalledClient } from './support/clients.ts';
import {
  runHeadless,
  startHeadless,
  type ClientEnd,
  type HeadlessClient,
} from './support/headless-client.ts';
import type { ModelServer } from './support/model-server.ts';
import { startTerminal, type TerminalClient } from './support/terminal-client.ts';
import type { TelemetryReceiver } from './telemetry-receiver.ts';
import { needsNextWakeUp } from './versions.ts';

export interface Play {
  readonly version: string;
  readonly stage: ClientStage;
  readonly model: ModelServer;
  readonly receiver: TelemetryReceiver;
  /** A client without a terminal that takes prompt after prompt. */
  headless(args?: readonly string[]): HeadlessClient;
  /** One prompt, one process. */
  once(prompt: string, args?: readonly string[]): Promise<ClientEnd>;
  /** A client in a terminal, ready for input. */
  terminal(args?: readonly string[]): Promise<TerminalClient>;
  /** Resolves when Turnspan has nothing more to do for now; rejects when it does not come to rest. */
  rest(): Promise<void>;
  /** The same, but for what cannot be sent for now. */
  worked(): Promise<void>;
}

export interface Playing extends Play {
  /** Ends every client that still runs. */
  stop(): Promise<void>;
}

/** `rest` and `worked` are the installation's. */
export function startPlay(
  client: InstalledClient,
  stage: ClientStage,
  { model, receiver, rest, worked }: Pick<Play, 'model' | 'receiver' | 'rest' | 'worked'>,
): Playing {
  const started: { stop(): Promise<unknown> }[] = [];
  return {
    version: client.version,
    ...{ stage, model, receiver, rest, worked },
    headless: (args = []) => {
      const headless = startHeadless(client, stage, args);
      started.push(headless);
      return headless;
    },
    once: (prompt, args = []) => runHeadless(client, stage, prompt, args),
    terminal: async (args = []) => {
      const terminal = await startTerminal(client, stage, args);
      started.push(terminal);
      return terminal;
    },
    stop: async () => {
      for (const each of started.splice(0)) await each.stop();
    },
  };
}

/** A whole headless session: these prompts, one after the other, each answered. */
export async function askAll(
  scene: Play,
  prompts: readonly string[],
  args: readonly string[] = [],
): Promise<string> {
  const client = scene.headless(args);
  let session = '';
  for (const prompt of prompts) session = String((await client.ask(prompt))['session_id']);
  await client.finish();
  return session;
}

/**
 * One more session, where the trace is not complete before: after `--continue`, 1.0.128 writes into another file than the one
 * that its hooks name.
 */
export async function nextWakeUp(scene: Play): Promise<void> {
  if (needsNextWakeUp(scene.version)) await scene.once('Another session');
}
