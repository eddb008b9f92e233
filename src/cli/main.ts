#!/usr/bin/env node
// In: the command line. Out: a command's work and its exit code. Errors of the user are told with the usage.
import { version } from '../version.ts';
import { UsageError } from './command.ts';
import { commands } from './commands.ts';

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(overview());
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === '-v') {
    console.log(version);
    return 0;
  }
  const command = commands.find((one) => one.name === name);
  if (command === undefined) {
    console.error(`turnspan: there is no command "${name}"\n\n${overview()}`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    console.log(`${command.summary}\n\n${command.usage}`);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    if (!isUsage(error)) throw error;
    console.error(`turnspan ${name}: ${error.message}\n\n${command.usage}`);
    return 2;
  }
}

/** Ours, and those of Node's own argument parser. */
function isUsage(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

function overview(): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'Turnspan: Claude Code sessions as OpenTelemetry traces.',
    '',
    'Usage: turnspan <command> [options]',
    '',
    ...list,
    '',
    '`turnspan <command> --help` tells more.',
  ].join('\n');
}
