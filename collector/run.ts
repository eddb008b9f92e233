// `turnspan collector`: starts the collector, says where it is, and runs until it is told to stop.
// In: arguments and two places to write to. Out: an exit code: 0 stopped, 1 cannot start, 2 wrong command line.
import { CollectorError, startCollector } from './collector.ts';
import { USAGE, readCommandLine } from './command-line.ts';

export interface Terminal {
  out(text: string): void;
  err(text: string): void;
}

/** Runs until SIGINT or SIGTERM. A second signal ends the process at once. */
export async function runCollector(args: readonly string[], terminal: Terminal): Promise<number> {
  const command = readCommandLine(args);
  if (command.kind === 'wrong') {
    terminal.err(`turnspan collector: ${command.message}\n\n${USAGE}`);
    return 2;
  }
  if (command.kind === 'help') {
    terminal.out(USAGE);
    return 0;
  }
  try {
    const collector = await startCollector(command);
    // Before the address is told: who reads it may stop us at once.
    const stopped = stopSignal();
    if (command.port !== 0 && collector.port !== command.port) {
      terminal.err(`Port ${command.port} is taken.\n`);
    }
    terminal.out(
      `Collector on ${collector.url} (OTLP/HTTP endpoint and page), data in ${command.file ?? 'memory'}. Ctrl+C ends it.\n`,
    );
    await stopped;
    await collector.close();
    return 0;
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error;
    terminal.err(`turnspan collector: ${error.message}\n`);
    return 1;
  }
}

async function stopSignal(): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = (): void => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
}
