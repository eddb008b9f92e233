import type { Command } from './command.ts';
import { collectorCommand } from './collector.ts';
import { exportCommand } from './export.ts';
import { hookCommand } from './hook.ts';
import { installCommand } from './install.ts';
import { uninstallCommand } from './uninstall.ts';
import { workerCommand } from './worker.ts';

/** All commands, in the order in which help shows them. */
export const commands: readonly Command[] = [
  installCommand,
  uninstallCommand,
  exportCommand,
  collectorCommand,
  workerCommand,
  hookCommand,
];
