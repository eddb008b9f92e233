// In: the name of a tool. Out: the MCP server that it is of.

/** `mcp__server__tool` is how the client names a tool of an MCP server; `undefined` for its own tools. */
export function mcpServerOf(toolName: string): string | undefined {
  // Most names are none: no regular expression for those.
  return toolName.startsWith('mcp__') ? /^mcp__(.+?)__/.exec(toolName)?.[1] : undefined;
}
