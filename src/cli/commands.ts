import type { Command } from './command.ts';
import { collectorCommand } from './collector.ts';
import { configCommand } from './config.ts';
import { doctorCommand } from './doctor.ts';
import { exportCommand } from './export.ts';
import { hookCommand } from './hook.ts';
import { installCommand } from './install.ts';
import { logsCommand } from './logs.ts';
import { pauseCommand, stopCommand } from './pause.ts';
import { continueCommand, resumeCommand } from './resume.ts';
import { retryCommand } from './retry.ts';
import { statusCommand } from './status.ts';
import { testCommand } from './test-trace.ts';
import { uninstallCommand } from './uninstall.ts';
import { workerCommand } from './worker.ts';

/** All commands, in the order in which help shows them. */
export const commands: readonly Command[] = [
  installCommand,
  uninstallCommand,
  statusCommand,
  configCommand,
  doctorCommand,
  testCommand,
  logsCommand,
  pauseCommand,
  resumeCommand,
  retryCommand,
  exportCommand,
  collectorCommand,
  workerCommand,
  hookCommand,
  stopCommand,
  continueCommand,
];
