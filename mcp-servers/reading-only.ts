import type { McpServer, RegisteredTool } from '@modelcontextprotocol/sdk/server/mcp.js';

/** Leaves a server only the tools that change nothing. The SDK lists its tools nowhere but in a private field. */
export function readingOnly(server: McpServer): McpServer {
  const tools: Record<string, RegisteredTool> | undefined = Reflect.get(server, '_registeredTools');
  if (tools === undefined) throw new Error('The MCP SDK keeps its tools elsewhere now: correct reading-only.ts.');
  for (const tool of Object.values(tools)) if (tool.annotations?.readOnlyHint !== true) tool.remove();
  return server;
}
