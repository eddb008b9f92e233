// What a session of the scenario `foreground-agent` comes to, for the tests that look at it through a viewer.

/** Its spans as lines, with the model's name cut off: what every viewer must show. */
export const oneAgentTree: readonly string[] = [
  'invoke_agent claude-code',
  '  chat',
  '  execute_tool Agent',
  '    invoke_agent general-purpose',
  '      chat',
  '      execute_tool Bash',
  '      chat',
  '  chat',
];
