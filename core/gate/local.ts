import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ToolOutcome } from '../mcp/types.ts';
import type { Caller } from './gate.ts';

/**
 * A tool of our own that runs in the turn. It passes the gate like any other, but knows no records beside its arguments
 * and the desk, so it is nobody's and open to customers too.
 */
export type LocalTool = {
  name: string;
  description: string;
  input: z.ZodType;
  run(args: Record<string, unknown>, caller: Caller): Promise<ToolOutcome>;
};

type LocalDefinition = { definitionHash: string; inputSchema: Record<string, unknown> };
const definitions = new WeakMap<LocalTool, LocalDefinition>();

export function localDefinition(tool: LocalTool): LocalDefinition {
  let definition = definitions.get(tool);
  if (!definition) {
    const inputSchema = z.toJSONSchema(tool.input, { io: 'input' }) as Record<string, unknown>;
    const definitionHash = createHash('sha256')
      .update(JSON.stringify([tool.name, tool.description, inputSchema]))
      .digest('hex');
    definition = { definitionHash, inputSchema };
    definitions.set(tool, definition);
  }
  return definition;
}
