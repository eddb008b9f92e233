// The editor of settings.json as a function of texts: files of every kind, generated.
import * as fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import type { BeforeUs } from '../../src/install/before-us.ts';
import { hookHandler, scriptOf } from '../../src/install/entry.ts';
import { eventsFor } from '../../src/install/events.ts';
import { registerHooks, type WantedHooks } from '../../src/install/register-hooks.ts';
import { removeHooks } from '../../src/install/remove-hooks.ts';
import type { Version } from '../../src/install/version-order.ts';
import { settingsText } from './support/settings-texts.ts';

const wanted = hooksOf('0.1.0', '2.1.329');
const newer = hooksOf('0.2.0', '2.1.329');
const fewer = hooksOf('0.2.0', '1.0.40');

describe('any settings file', () => {
  test('has its first bytes back after our hooks came and went', () => {
    fc.assert(
      fc.property(settingsText, (text) => {
        const { text: with_, before } = register(text, wanted);
        expect(remove(with_, before)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  test('stays as it is when they are registered again', () => {
    fc.assert(
      fc.property(settingsText, (text) => {
        const once = register(text, wanted);
        expect(register(once.text, wanted, once.before)).toEqual(once);
        expect(register(once.text, wanted).text).toBe(once.text);
      }),
      { numRuns: 300 },
    );
  });

  test('keeps everything else that it says, comments too', () => {
    fc.assert(
      fc.property(settingsText, (text) => {
        const after = register(text, wanted).text;
        expect(withoutOurs(parse(after, [], { allowTrailingComma: true }))).toEqual(
          withoutOurs(parse(text, [], { allowTrailingComma: true })),
        );
        for (const event of wanted.keys()) expect(oursIn(after, event)).toEqual([wanted.get(event)]);
        expect(isSubsequence(text.replaceAll(/\s/g, ''), after)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('has its first bytes back also after newer versions, and versions for older clients, came in between', () => {
    fc.assert(
      fc.property(settingsText, (text) => {
        let now = register(text, wanted);
        for (const next of [newer, fewer, newer]) {
          now = register(now.text, next, now.before);
          for (const event of wanted.keys()) {
            expect(oursIn(now.text, event)).toEqual(next.has(event) ? [next.get(event)] : []);
          }
        }
        expect(remove(now.text, now.before)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  test('whose memory was lost is remembered as well as it can be', () => {
    const text = '{\n  "model": "opus"\n}\n';
    const renewed = register(register(text, wanted).text, newer);
    expect(remove(renewed.text, renewed.before)).toBe(text);
  });

  test('without memory loses our hooks, and keeps everything else that it says', () => {
    fc.assert(
      fc.property(settingsText, (text) => {
        const after = remove(register(text, wanted).text);
        expect(after).not.toContain('turnspan/0.1.0');
        expect(withoutOurs(parse(after, [], { allowTrailingComma: true }))).toEqual(
          withoutOurs(parse(text, [], { allowTrailingComma: true })),
        );
      }),
      { numRuns: 300 },
    );
  });
});

function hooksOf(version: string, client: Version): WantedHooks {
  const folder = `/home/ada/.local/share/turnspan/${version}`;
  const target = { script: `${folder}/hook.sh`, twin: `${folder}/hook.cjs`, node: '/usr/bin/node' };
  return new Map(eventsFor(client).map((event) => [event.name, hookHandler(target, event, client, 'linux')]));
}

function register(text: string, hooks: WantedHooks, before?: BeforeUs) {
  const registered = registerHooks(text, hooks, before);
  if (registered.status === 'bad') throw new Error(JSON.stringify(registered.problem));
  return { text: registered.text, before: registered.before };
}

function remove(text: string, before?: BeforeUs): string {
  const removed = removeHooks(text, before);
  if (removed.status === 'bad') throw new Error(JSON.stringify(removed.problem));
  return removed.text;
}

type Settings = Record<string, unknown> & { hooks?: Record<string, { hooks: unknown[] }[]> };

/** What a file says, without our hooks and without what is empty in its hooks. */
function withoutOurs(value: unknown): unknown {
  const { hooks, ...rest } = value as Settings;
  const others = Object.entries(hooks ?? {}).flatMap(([event, groups]) => {
    const left = groups.filter((group) => !group.hooks.some((one) => scriptOf(one) !== undefined));
    return left.length === 0 ? [] : [[event, left] as const];
  });
  return { ...rest, hooks: Object.fromEntries(others) };
}

/** Our hooks on an event, as the client reads the file. */
function oursIn(text: string, event: string): unknown[] {
  const { hooks } = parse(text, [], { allowTrailingComma: true }) as Settings;
  return (hooks?.[event] ?? []).flatMap((group) => group.hooks).filter((one) => scriptOf(one) !== undefined);
}

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const letter of whole) if (letter === part[at]) at++;
  return at === part.length;
}
