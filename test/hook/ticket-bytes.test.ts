import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { processStat } from '../../src/hook/process-stat.ts';
import { TICKET_VARIABLES } from '../../src/hook/variables.ts';
import {
  makeInstallation,
  onlyTicket,
  passForWorker,
  removeInstallation,
  TEMPLATE,
  type Installation,
} from './support/installation.ts';
import { ALL, quote, runHook, SHELLS, titled, TWIN } from './support/runners.ts';

const END = '\0TURNSPAN_END\0';
const self = `${process.pid} ${processStat(String(process.pid))?.startTime}`;

test('hook.sh names the same variables as variables.ts, in the same order', () => {
  const named = [...TEMPLATE.matchAll(/^ {4}\$\{(\w+)\+"(\w+)=\$(\w+)"\} \\$/gm)];
  expect(named.map((match) => match[1])).toEqual(TICKET_VARIABLES);
  for (const [, set, name, value] of named) expect([name, value]).toEqual([set, set]);
});

test('no variable is on the list twice, and none that is known to hold a secret of the client', () => {
  expect(new Set(TICKET_VARIABLES).size).toBe(TICKET_VARIABLES.length);
  expect(TICKET_VARIABLES).not.toContain('CLAUDE_CODE_MESSAGING_TOKEN');
  expect(TICKET_VARIABLES).not.toContain('NODE_OPTIONS');
});

describe.each(titled(ALL))('%s', (_, runner) => {
  let installation: Installation;
  beforeEach(() => {
    installation = makeInstallation();
    passForWorker(installation);
  });
  afterEach(() => {
    removeInstallation(installation);
  });

  describe.skipIf(!runner.present)('leaves a ticket', () => {
    test('with exactly the variables that are set, and the input byte for byte', async () => {
      const input = Buffer.from([
        0x7b, 0x22, 0x00, 0xff, 0xfe, 0x80, 0x0a, 0x0a, 0x0d, 0x25, 0x73, 0x5c, 0x30, 0x7d,
      ]);
      const env = {
        TRACEPARENT: '00-a-b-01',
        CLAUDE_PID: String(process.pid),
        CLAUDE_PROJECT_DIR: ' two\nlines\tand  spaces ',
        CLAUDE_CONFIG_DIR: '',
        OTEL_SERVICE_NAME: `'"$HOME$(id)\`id\`\\n\\0%s%d*?[a]`,
        OTEL_RESOURCE_ATTRIBUTES: 'a=b,c==d;ü=漢字🙂',
        https_proxy: '-n -e',
      };
      expect(await runHook(runner, installation, { input, env })).toEqual({ code: 0, output: '' });
      const head = [
        `TURNSPAN_TICKET=1`,
        `TURNSPAN_CLIENT=${self}`,
        ...Object.entries(env).map(([k, v]) => `${k}=${v}`),
        '',
      ];
      const expected = Buffer.concat([Buffer.from(head.join('\0') + '\0'), input, Buffer.from(END)]);
      expect(onlyTicket(installation).bytes.toString('latin1')).toBe(expected.toString('latin1'));
    });

    test('with every variable of the list', async () => {
      const env = Object.fromEntries(TICKET_VARIABLES.map((name) => [name, `<${name}>`]));
      await runHook(runner, installation, { env });
      const head = [
        'TURNSPAN_TICKET=1',
        `TURNSPAN_CLIENT=${self}`,
        ...TICKET_VARIABLES.map((name) => `${name}=<${name}>`),
        '',
      ];
      expect(onlyTicket(installation).bytes.toString()).toBe(`${head.join('\0')}\0{}${END}`);
    });

    test('that holds nothing else of the environment, which is full of secrets', async () => {
      const secrets = [
        'CLAUDE_CODE_MESSAGING_TOKEN',
        'AWS_SECRET_ACCESS_KEY',
        'OTEL_EXPORTER_OTLP_HEADERS_OLD',
        'OTEL_X',
      ];
      const others = [
        'NODE_TLS_REJECT_UNAUTHORIZED',
        'CLAUDE_PID_X',
        'TURNSPAN_DIR',
        'TURNSPAN_CLIENT',
        'TURNSPAN_TICKET',
      ];
      const env = Object.fromEntries([...secrets, ...others].map((name) => [name, 'hunter2']));
      await runHook(runner, installation, { env });
      expect(onlyTicket(installation).bytes.toString()).toBe(
        `TURNSPAN_TICKET=1\0TURNSPAN_CLIENT=${self}\0\0{}${END}`,
      );
    });

    test('that only its owner may read', async () => {
      await runHook(runner, installation, { before: 'umask 000' });
      expect(statSync(join(installation.inbox, onlyTicket(installation).name)).mode & 0o777).toBe(0o600);
    });

    test('of 50 MB of input', async () => {
      const input = Buffer.alloc(50 * 1024 * 1024, 'Turnspan ');
      expect(await runHook(runner, installation, { input })).toEqual({ code: 0, output: '' });
      const { bytes } = onlyTicket(installation);
      const event = bytes.subarray(bytes.indexOf('\0\0') + 2, bytes.length - END.length);
      expect(createHash('sha256').update(event).digest('hex')).toBe(
        createHash('sha256').update(input).digest('hex'),
      );
    });

    test('that names CLAUDE_PID as the client, with its start time, where it is an ancestor', async () => {
      const parent = processStat(String(process.pid))?.parent ?? '';
      await runHook(runner, installation, { env: { CLAUDE_PID: parent } });
      const [, entry] = onlyTicket(installation).bytes.toString().split('\0');
      expect(entry).toBe(`TURNSPAN_CLIENT=${parent} ${processStat(parent)?.startTime}`);
    });

    test('that names no other process as the client, as a project could want it of clients before 2.1.220', async () => {
      const other = spawn('sleep', ['60']);
      await once(other, 'spawn');
      await runHook(runner, installation, { env: { CLAUDE_PID: String(other.pid) } });
      other.kill();
      await once(other, 'exit');
      const [, entry] = onlyTicket(installation).bytes.toString().split('\0');
      expect(entry).toBe(`TURNSPAN_CLIENT=${self}`);
    });

    test.each(['999999999', '../self', 'self', '1 2', '-1', '*', '0'])(
      'that names the first ancestor that is no shell for CLAUDE_PID=%s',
      async (pid) => {
        await runHook(runner, installation, { env: { CLAUDE_PID: pid } });
        expect(onlyTicket(installation).bytes.toString()).toBe(
          `TURNSPAN_TICKET=1\0TURNSPAN_CLIENT=${self}\0CLAUDE_PID=${pid}\0\0{}${END}`,
        );
      },
    );

    test('that names the first ancestor that is no shell, for clients without CLAUDE_PID', async () => {
      const nested = {
        ...runner,
        command: () => `bash -c ${quote(`dash -c ${quote(runner.command(installation))}; :`)}; :`,
      };
      await runHook(nested, installation);
      expect(onlyTicket(installation).bytes.toString()).toContain(`\0TURNSPAN_CLIENT=${self}\0`);
    });
  });
});

describe.each(titled([...SHELLS, TWIN]))('%s', (_, runner) => {
  test.skipIf(!runner.present)(
    'replaces no ticket of an earlier process with the same id and start time',
    async () => {
      const installation = makeInstallation();
      passForWorker(installation);
      const names = `${quote(installation.inbox)}/$$-$(cut -d' ' -f22 /proc/$$/stat)`;
      await runHook(runner, installation, { before: `printf old >${names}-0; printf older >${names}-1` });
      const tickets = readdirSync(installation.inbox).sort();
      const contents = tickets.map((name) => readFileSync(join(installation.inbox, name), 'utf8'));
      expect(tickets.map((name) => name.split('-')[2])).toEqual(['0', '1', '2']);
      expect(contents.slice(0, 2)).toEqual(['old', 'older']);
      expect(contents[2]).toContain('{}');
      removeInstallation(installation);
    },
  );
});

describe.each(titled(SHELLS))('%s', (_, runner) => {
  test.skipIf(!runner.present)('loses no ticket of 20 hooks at a time, 25 after each other', async () => {
    const installation = makeInstallation();
    passForWorker(installation);
    const shell = [...runner.shell, '-c', installation.entry].map(quote).join(' ');
    const many = (first: number): Promise<unknown> => {
      const loop = `i=0; while [ $i -lt 25 ]; do printf %s "<${first}/$i>" | ${shell}; i=$((i+1)); done`;
      return runHook({ ...runner, shell: ['sh'], command: () => loop }, installation);
    };
    await Promise.all(Array.from({ length: 20 }, (_, first) => many(first)));
    const events = readdirSync(installation.inbox).map((name) => {
      const text = readFileSync(join(installation.inbox, name), 'utf8');
      expect(text.endsWith(END)).toBe(true);
      return /<\d+\/\d+>/.exec(text)?.[0];
    });
    expect(events).toHaveLength(500);
    expect(new Set(events).size).toBe(500);
    removeInstallation(installation);
  });
});
