// What the terminal pictures show. In: the built bundles in dist/. Out: screens with their escape codes.
// Always: these are the real commands, a real backend and the recorded session; the one thing that is planted is that the backend
// does not know the key any more.
import { join } from 'node:path';
import { alwaysTheSame, makeHome, startBackend } from './machine.mjs';
import { playSession, turnspan } from './play-session.mjs';
import { terminalsOn } from './terminal.mjs';

/** Each picture's name, its window's title and its screen. */
export async function takeTerminals() {
  return [...(await takeInstall()), ...(await takeFault())];
}

/** The wizard, with a Langfuse of one's own: its list of backends, and its end. */
function takeInstall() {
  return onMachine(3000, async ({ env, shop }, { port }, terminals, take) => {
    const wizard = await terminals.open(env, shop);
    await installByWizard(wizard, port, () => take('install-backends', 'turnspan install', wizard));
    await take('install', 'turnspan install', wizard);
  });
}

/** What is said of an installation whose backend refuses the key. */
function takeFault() {
  return onMachine(4318, async (machine, backend, terminals, take) => {
    turnspan(machine, 'install', '--endpoint', `http://localhost:${backend.port}`, '--yes');
    backend.answer(401);
    await playSession(machine, ({ outboxes }) => outboxes.some(({ refused }) => refused > 0));
    for (const command of ['status', 'doctor']) {
      const shell = await terminals.open(machine.env, machine.shop);
      await shell.enter(`turnspan ${command}`);
      await shell.ended();
      await take(command, `turnspan ${command}`, shell);
    }
  });
}

async function onMachine(shownPort, play) {
  const machine = makeHome();
  const backend = await startBackend();
  const terminals = terminalsOn(join(machine.home, '.tmux'));
  const taken = [];
  try {
    await play(machine, backend, terminals, async (name, title, terminal) => {
      const text = alwaysTheSame(await terminal.screen(), machine.home, backend.port, shownPort);
      taken.push({ name, title, text });
    });
    return taken;
  } finally {
    await terminals.stop();
    backend.stop();
    machine.remove();
  }
}

async function installByWizard(terminal, port, atBackends) {
  const answer = async (question, text, shown = text) => {
    await terminal.see(question);
    await terminal.type(text);
    await terminal.see(shown);
    await terminal.press('Enter');
  };
  await terminal.enter('turnspan install');
  await terminal.see('Where do the traces go?');
  await terminal.press('Down');
  await terminal.see('● A backend that Turnspan knows');
  await terminal.press('Enter');
  await terminal.see('Which backend?');
  await terminal.see('● ');
  await atBackends();
  await answer('Which backend?', 'langfuse, self', '● Langfuse, self-hosted');
  await answer('LANGFUSE_BASE_URL, ', `http://localhost:${port}`);
  await answer('LANGFUSE_PUBLIC_KEY, ', 'pk-lf-of-ada');
  await answer('LANGFUSE_SECRET_KEY, ', 'sk-lf-of-ada', '▪'.repeat(12));
  await terminal.see('What may leave this machine?');
  await terminal.press('Enter');
  await terminal.see('Whose sessions?');
  await terminal.press('Enter');
  await terminal.see('Install, and send a test trace?');
  await terminal.press('Enter');
  await terminal.see('then look into your backend');
  await terminal.ended();
}
