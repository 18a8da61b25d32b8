import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { LocalTool } from './types.ts';

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
