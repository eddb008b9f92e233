// All checks, in the order in which they are made and shown: from what Claude Code loads to where it arrives.
import type { Check } from './check.ts';
import { clockCheck } from './checks/clock.ts';
import { configCheck } from './checks/config.ts';
import { costCheck } from './checks/cost.ts';
import { destinationCheck } from './checks/destination.ts';
import { endpointCheck } from './checks/endpoint.ts';
import { clientCheck } from './checks/client.ts';
import { permissionCheck } from './checks/permission.ts';
import { hookCheck } from './checks/hook.ts';
import { hooksCheck } from './checks/hooks.ts';
import { inboxCheck } from './checks/inbox.ts';
import { nativeCheck } from './checks/native.ts';
import { outboxCheck } from './checks/outbox.ts';
import { pluginCheck } from './checks/plugin.ts';
import { programCheck } from './checks/program.ts';
import { projectCheck } from './checks/project.ts';
import { settingsCheck } from './checks/settings.ts';
import { stateCheck } from './checks/state.ts';
import { variablesCheck } from './checks/variables.ts';
import { workerCheck } from './checks/worker.ts';

export const allChecks: readonly Check[] = [
  settingsCheck,
  permissionCheck,
  hooksCheck,
  pluginCheck,
  clientCheck,
  programCheck,
  hookCheck,
  stateCheck,
  workerCheck,
  inboxCheck,
  outboxCheck,
  configCheck,
  projectCheck,
  destinationCheck,
  variablesCheck,
  endpointCheck,
  clockCheck,
  nativeCheck,
  costCheck,
];
