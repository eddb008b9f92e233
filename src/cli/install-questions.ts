// The questions of the wizard of `install`. In: what is known already. Out: the answers, or `undefined`: the person has left.
// Always: each has an answer for Enter; nothing is changed; a key is typed hidden, and shown nowhere.
import { homedir } from 'node:os';
import { isHeader } from '../config/headers.ts';
import { urlOfBase } from '../config/endpoint.ts';
import { presets } from '../config/presets/list.ts';
import type { Preset, PresetParameter } from '../config/presets/preset.ts';
import type { Signal } from '../config/signal.ts';
import { shownPath } from '../doctor/shown.ts';
import type { NewDestination } from '../install/write-destination.ts';
import { whyUnusable } from './install-parameters.ts';
import { agree, choose, hiddenLine, line, search, type Option } from './install-prompts.ts';
import { baseOf, type ShellOffer } from './install-shell.ts';
import { settingsOfScope } from './settings-scope.ts';

/** `as-it-is`: the destination that the config file has already. */
export type Where = 'as-it-is' | 'shell' | 'this-machine' | 'preset' | 'variables' | 'other';

/** `present`: how the config file's destination is called there. */
export function askWhere(
  present: string | undefined,
  shell: ShellOffer | undefined,
): Promise<Where | undefined> {
  const known: readonly Option<Where>[] =
    present === undefined ? [] : [{ value: 'as-it-is', label: present, hint: 'as config.json has it now' }];
  const first: Option<Where> =
    shell === undefined
      ? { value: 'this-machine', label: LOCAL, hint: '`turnspan collector`, Jaeger, a collector here' }
      : { value: 'shell', label: shell.shown, hint: hintOf(shell) };
  // What stands in the config file goes before all variables, so they could not decide.
  const variables: readonly Option<Where>[] =
    present === undefined
      ? [
          {
            value: 'variables',
            label: 'Let OTEL_EXPORTER_OTLP_* decide',
            hint: `those of each Claude Code, else ${LOCAL}`,
          },
        ]
      : [];
  return choose('Where do the traces go?', [
    ...known,
    first,
    { value: 'preset', label: 'A backend that Turnspan knows', hint: 'Langfuse, Grafana Cloud, Datadog, …' },
    ...variables,
    { value: 'other', label: 'Another OTLP endpoint' },
  ]);
}

/** Where a collector on the same machine listens. */
export const LOCAL = 'http://localhost:4318';

function hintOf({ variable, headers, destination }: ShellOffer): string {
  if (destination === undefined) return `${variable} of this shell; the variable goes on deciding`;
  if (headers.length === 0) return `${variable} of this shell; goes into config.json`;
  return `${variable} of this shell; goes into config.json with ${headers.join(', ')}`;
}

export function askPreset(): Promise<Preset | undefined> {
  return search(
    'Which backend?',
    presets.map((preset) => ({ value: preset, label: preset.title, hint: preset.name })),
  );
}

/** Values by the names of the variables that they would stand in; what is left empty is not there. */
export async function askParameters(
  preset: Preset,
  parameters: readonly PresetParameter[],
): Promise<Readonly<Record<string, string>> | undefined> {
  const values: Record<string, string> = {};
  for (const parameter of parameters) {
    const { variable, hint, secret, required, default: usual } = parameter;
    const check = (text: string): string | undefined => whyUnusable(preset, parameter, text);
    const message = `${variable}, ${hint}${required || usual !== undefined ? '' : ' (Enter: none)'}`;
    const value = await (secret ? hiddenLine(message, check) : line(message, check, usual));
    if (value === undefined) return undefined;
    if (value.trim() !== '') values[variable] = value.trim();
  }
  return values;
}

/** An endpoint that nobody knows yet: its address, its key, and whether it speaks gRPC. */
export async function askEndpoint(): Promise<NewDestination | undefined> {
  const typed = await line(
    `Which endpoint? A base URL, such as ${LOCAL}`,
    (text) => {
      const { status, ...rest } = urlOfBase(text, 'traces');
      return status === 'ok' || !('problem' in rest) ? undefined : `It ${rest.problem}.`;
    },
    LOCAL,
  );
  if (typed === undefined) return undefined;
  // People copy the address with the path of traces.
  const endpoint = baseOf(new URL(typed.trim()).href) ?? typed.trim();
  const isGrpc =
    new URL(endpoint).port === '4317' ? await agree('4317 is the port of gRPC: send by it?') : false;
  if (isGrpc === undefined) return undefined;
  const destination: NewDestination = { endpoint, ...(isGrpc ? { protocol: 'grpc' } : {}) };
  if (isLoopback(endpoint)) return destination;
  const header = await hiddenLine('A header with its key, NAME=VALUE (Enter: none)', (text) =>
    text === '' || headerIn(text) !== undefined ? undefined : 'It is no header: write NAME=VALUE.',
  );
  if (header === undefined) return undefined;
  const headers = headerIn(header);
  return headers === undefined ? destination : { ...destination, headers };
}

function headerIn(text: string): Record<string, string> | undefined {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text.trim()) ?? [];
  return name !== '' && isHeader(name, value) ? { [name]: value } : undefined;
}

function isLoopback(endpoint: string): boolean {
  const { hostname } = new URL(endpoint);
  return ['localhost', '[::1]'].includes(hostname) || hostname.startsWith('127.');
}

export type Level = 'none' | 'full';

export function askContent(usual: Level = 'none'): Promise<Level | undefined> {
  return choose<Level>(
    'What may leave this machine?',
    [
      { value: 'none', label: 'none: numbers, ids, outcomes, and names of tools, models and agents' },
      { value: 'full', label: 'full: prompts, answers, and what tools get and give, too' },
    ],
    usual,
  );
}

/** Beside the traces, to a backend that takes `taken`; events are the signal `logs`. */
export function askSignals(taken: readonly Signal[]): Promise<readonly Signal[] | undefined> {
  const names = taken.map((signal) => (signal === 'logs' ? 'events' : signal));
  return choose<readonly Signal[]>('Which signals?', [
    { value: ['traces'], label: 'traces' },
    {
      value: taken,
      label: `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`,
      hint: 'for dashboards and alerts',
    },
  ]);
}

export type Scope = 'user' | 'project' | 'local';

export function askScope(): Promise<Scope | undefined> {
  const hint = (scope: Scope) => shownPath(settingsOfScope(scope, homedir(), process.env), homedir());
  return choose<Scope>('Whose sessions?', [
    { value: 'user', label: 'user: yours, in all projects', hint: hint('user') },
    { value: 'project', label: 'project: in this folder, of all who work in it', hint: hint('project') },
    { value: 'local', label: 'local: in this folder, yours alone', hint: hint('local') },
  ]);
}

export function askToInstall(): Promise<boolean | undefined> {
  return agree('Install, and send a test trace?');
}
