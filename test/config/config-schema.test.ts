// The JSON schema of the config file, for editors: docs/config.schema.json is what the code reads, no more and no less.
// `TURNSPAN_SCHEMA=write npx vitest run test/config/config-schema.test.ts` writes it anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { userConfigSchema } from '../../src/config/user-config.ts';

const file = join(import.meta.dirname, '../../docs/config.schema.json');

test('docs/config.schema.json is the schema that the config file is read with', () => {
  const schema = {
    title: "Turnspan's config file (~/.config/turnspan/config.json)",
    ...z.toJSONSchema(userConfigSchema, { io: 'input' }),
  };
  if (process.env['TURNSPAN_SCHEMA'] === 'write') writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
});
