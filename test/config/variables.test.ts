import { expect, test } from 'vitest';
import { CLIENT_VARIABLES } from '../../src/config/variables.ts';
import { TICKET_VARIABLES } from '../../src/hook/variables.ts';

test('the hook hands over every variable that the configuration reads', () => {
  expect(CLIENT_VARIABLES.filter((name) => !TICKET_VARIABLES.includes(name))).toEqual([]);
  expect(new Set(CLIENT_VARIABLES).size).toBe(CLIENT_VARIABLES.length);
});
