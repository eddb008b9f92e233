// Which parameters of a preset the wizard asks for, and which answers it takes; for all presets.
import { describe, expect, test } from 'vitest';
import {
  missingParameters,
  parametersOfShell,
  parametersToAsk,
  whyUnusable,
} from '../../src/cli/install-parameters.ts';
import { fillPreset } from '../../src/config/presets/fill.ts';
import { presetNamed, presets } from '../../src/config/presets/list.ts';

const names = (parameters: readonly { readonly name: string }[]) => parameters.map(({ name }) => name);

describe.each(presets.map((preset) => [preset.name, preset] as const))('%s', (_, preset) => {
  test('answers that are taken, to all that is missing, fill it', () => {
    const missing = missingParameters(preset, {});
    const answers = missing.map((one) => {
      const isAddress = preset.endpoint.url.startsWith(`{${one.name}}`);
      const answer = isAddress ? 'https://otlp.example' : 'x';
      expect(whyUnusable(preset, one, answer)).toBeUndefined();
      return [one.name, answer] as const;
    });
    expect(fillPreset(preset, Object.fromEntries(answers)).status).toBe('ok');
  });

  test('what the shell has is not asked for', () => {
    const env = Object.fromEntries(preset.parameters.map(({ variable }) => [variable, 'x']));
    expect(parametersToAsk(preset, env)).toEqual([]);
    expect(parametersOfShell(preset, env)).toEqual(preset.parameters);
    expect(parametersOfShell(preset, { ...env, [preset.parameters[0]?.variable ?? '']: ' ' })).toHaveLength(
      preset.parameters.length - 1,
    );
  });

  test('an answer with a line break is refused without being shown, wherever it would go', () => {
    for (const parameter of parametersToAsk(preset, {})) {
      const why = whyUnusable(preset, parameter, 'a\nheader: b');
      expect([parameter.name, why]).toEqual([parameter.name, expect.stringMatching(/^It .*\.$/)]);
      expect(why).not.toContain('header: b');
    }
  });
});

test('what only serves to give the address of a trace is not asked for', () => {
  expect(names(parametersToAsk(presetNamed('jaeger')!, {}))).toEqual(['url']);
  expect(names(parametersToAsk(presetNamed('langfuse-eu')!, {}))).toEqual(['publicKey', 'secretKey']);
  expect(names(parametersToAsk(presetNamed('phoenix')!, {}))).toEqual(['url', 'apiKey', 'project']);
});

test('an empty answer will do where there is a default, or nothing is needed', () => {
  const phoenix = presetNamed('phoenix')!;
  expect(phoenix.parameters.map((one) => whyUnusable(phoenix, one, ''))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  const honeycomb = presetNamed('honeycomb-us')!;
  expect(whyUnusable(honeycomb, honeycomb.parameters[0]!, ' ')).toBe('This one is needed.');
});
