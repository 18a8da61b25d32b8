import type { Mcp } from '../mcp/types.ts';
import { fitArguments } from './arguments.ts';
import { isRecord } from './canonical.ts';
import { localDefinition } from './local-tools.ts';
import { ruleFor } from './rules.ts';
import { valueAt } from './secrets.ts';
import type { AnyTool, Caller, LocalTool, ToolAccess } from './types.ts';

type Args = Record<string, unknown>;
export function openToolAccess(mcp: Mcp, localTools: LocalTool[]): ToolAccess {
  const local = new Map(localTools.map((tool) => [tool.name, tool]));
  return {
    async find(name) {
      const own = local.get(name);
      return own ? { kind: 'found', tool: own } : mcp.find(name);
    },
    async call(tool, args, caller, { signal, idempotencyKey } = {}) {
      if ('run' in tool) return tool.run(args, caller);
      return mcp.call(tool, args, {
        signal: signal ?? caller.signal ?? new AbortController().signal,
        timeoutMs: caller.desk.limits.toolSeconds * 1000,
        idempotencyKey,
      });
    },
  };
}

export function definitionOf(tool: AnyTool): { definitionHash: string; inputSchema: Record<string, unknown> } {
  return 'run' in tool ? localDefinition(tool) : tool;
}

/** Why the tool may not be called in its current definition. */
export function unacceptedOf(tool: AnyTool): string | undefined {
  return 'run' in tool ? undefined : tool.unaccepted;
}

export type Answer =
  | { kind: 'ok'; text: string; structured?: unknown }
  /** The tool refused, or the gate may not use it here. */
  | { kind: 'refused'; text: string }
  | { kind: 'down'; reason: string };

/** Reads something for the gate itself, only with tools that the desk allows and marks as read-only. */
export async function readTool(tools: ToolAccess, caller: Caller, name: string, args: Args): Promise<Answer> {
  const ruled = ruleFor(caller.desk, name, { by: caller.principal, args });
  if (ruled.verdict !== 'allow' || ruled.effect !== 'read') {
    return { kind: 'refused', text: `${name} is no read-only tool that runs at this desk.` };
  }
  const found = await tools.find(name);
  if (found.kind === 'down') return found;
  if (found.kind === 'none') return { kind: 'refused', text: `There is no tool "${name}".` };
  const unaccepted = unacceptedOf(found.tool);
  if (unaccepted !== undefined) return { kind: 'refused', text: unaccepted };
  const { definitionHash, inputSchema } = definitionOf(found.tool);
  const checked = fitArguments(definitionHash, inputSchema, args);
  if (checked.kind === 'bad') return { kind: 'refused', text: `${name}: ${checked.text}` };
  const outcome = await tools.call(found.tool, checked.args, caller);
  if (outcome.kind === 'ok') return outcome;
  return outcome.kind === 'error' ? { kind: 'refused', text: outcome.text } : { kind: 'down', reason: outcome.text };
}

/** A tool's answer as data: its structured content, or the JSON in its text. */
export function recordOf({ text, structured }: { text: string; structured?: unknown }): unknown {
  if (structured !== undefined) return structured;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) || Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function fieldOf(record: unknown, field: string): unknown {
  return valueAt(record, field.split('.'));
}
