// The rows of the hook's table: each runs one hook and says how long its caller waited, in milliseconds.
import { spawnSync } from 'node:child_process';
import type { Backends } from './backends.ts';
import type { BenchFolder } from './folder.ts';

export interface BenchCase {
  readonly shell: string;
  readonly name: string;
  readonly promised: boolean;
  readonly run: () => number;
}

/** The first case of each shell is `sh -c :`, which the others are compared with. */
export function benchCases(folder: BenchFolder, urls: Backends['urls']): BenchCase[] {
  const hook = (shell: string, command: string, transcript: string, endpoint = urls.up): number =>
    time(shell, command, JSON.stringify({ ...EVENT, transcript_path: transcript }), endpoint);
  const { small, large } = folder.transcripts;
  const sizes = [
    { size: '1 KB', transcript: small },
    { size: '100 MB', transcript: large },
  ];
  const states = Object.entries(urls);
  return SHELLS.flatMap((shell): BenchCase[] => [
    { shell, name: 'sh -c :', promised: false, run: () => hook(shell, ':', small) },
    ...sizes.map(({ size, transcript }) => ({
      shell,
      name: `entry, worker alive, transcript ${size}`,
      promised: true,
      run: () => hook(shell, folder.entries.alive, transcript),
    })),
    ...sizes.flatMap(({ size, transcript }) =>
      states.map(([state, url]) => ({
        shell,
        name: `entry, no worker alive, transcript ${size}, backend ${state}`,
        promised: true,
        run: () => {
          const waited = hook(shell, folder.entries.asleep, transcript, url);
          folder.clear();
          return waited;
        },
      })),
    ),
    ...(shell === 'dash'
      ? [
          { shell, name: 'Node twin, worker alive', script: folder.twin },
          { shell, name: 'a Node hook that loads the OpenTelemetry SDK', script: folder.sdkHook },
        ].map(({ script, ...row }) => ({
          ...row,
          promised: false,
          run: () => hook(shell, `exec '${process.execPath}' '${script}'`, small),
        }))
      : []),
  ]);
}

const SHELLS = ['dash', 'bash'].filter((shell) => spawnSync(shell, ['-c', ':']).status === 0);

const EVENT = {
  session_id: '00000000-0000-4000-8000-000000000000',
  cwd: '/',
  hook_event_name: 'Stop',
  stop_hook_active: false,
  last_assistant_message: 'Done. '.repeat(100),
};

/** Called `sh`, as Claude Code calls it. Waits, as Claude Code does, until the hook is gone and its streams are closed. */
function time(shell: string, command: string, input: string, endpoint: string): number {
  // Not this machine's environment: NODE_EXTRA_CA_CERTS alone doubles the time of a Node hook.
  const env = {
    PATH: process.env['PATH'],
    HOME: '/',
    LANG: 'C.UTF-8',
    CLAUDE_PID: String(process.pid),
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  };
  const before = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(shell, ['-c', command], { argv0: 'sh', input, env });
  const waited = Number(process.hrtime.bigint() - before) / 1e6;
  if (status !== 0 || stdout.length + stderr.length > 0) throw new Error(`a hook failed under ${shell}`);
  return waited;
}
