// The stand-in for Claude Code: a process of its own, because the worker reads the configuration from the environment
// that this process was started with. In: a recording and where to play it. Out: transcripts written, hooks called.
import { parseArgs } from 'node:util';
import { play } from './play.ts';
import { readRecording } from './recording.ts';

const { values } = parseArgs({
  options: {
    recording: { type: 'string' },
    project: { type: 'string' },
    hook: { type: 'string' },
    speed: { type: 'string', default: '40' },
    'ends-at': { type: 'string' },
  },
});
const { recording = '', project = '', hook = '' } = values;
const { sessionId, steps } = readRecording(recording, project, Number(values['ends-at'] ?? Date.now()));
void play(steps, {
  projectFolder: project,
  hookCommand: hook,
  speed: Number(values.speed),
  environment: {
    CLAUDE_PID: String(process.pid),
    CLAUDE_PROJECT_DIR: '/home/ada/shop',
    CLAUDE_CODE_SESSION_ID: sessionId,
    CLAUDE_CODE_ENTRYPOINT: 'cli',
  },
});
