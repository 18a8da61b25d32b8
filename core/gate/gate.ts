import type { Desk } from '../desk.ts';
import type { Mcp, Tool, ToolOutcome } from '../mcp/mcp.ts';
import type { Effect, Principal, Rule } from '../store/records.ts';
import { checkArguments } from './arguments.ts';
import { type LocalTool, localDefinition } from './local.ts';
import { ruleFor, type Verdict } from './rules.ts';

export type Offered = { name: string; description: string; parameters: Record<string, unknown> };

/** Leave to execute one call. Only the gate makes one, and only the gate can use it. */
export type Permit = { name: string; args: Record<string, unknown>; effect: Effect; definitionHash: string };

export type Decision =
  | { kind: 'dispatch'; permit: Permit }
  | {
      kind: 'refused';
      verdict: Verdict | 'unknown_tool' | 'server_down' | 'bad_arguments';
      args: unknown;
      text: string;
    };

export type Caller = { desk: Desk; principal: Principal };
export type Execution = { signal: AbortSignal; idempotencyKey: string };

export type Gate = {
  offered(desk: Desk): Promise<Offered[]>;
  decide(caller: Caller, asked: { name: string; arguments: string }): Promise<Decision>;
  execute(caller: Caller, permit: Permit, execution: Execution): Promise<ToolOutcome>;
};

type Found = { kind: 'found'; tool: Tool | LocalTool } | { kind: 'none' } | { kind: 'down'; reason: string };

/** The only way to a tool: nothing else in the product holds the MCP client. */
export function openGate(mcp: Mcp, localTools: LocalTool[]): Gate {
  const local = new Map(localTools.map((tool) => [tool.name, tool]));

  async function find(name: string): Promise<Found> {
    const own = local.get(name);
    return own ? { kind: 'found', tool: own } : mcp.find(name);
  }

  return {
    async offered(desk) {
      const { tools } = await mcp.tools();
      return [...local.values(), ...tools].filter((tool) => isOffered(ruleFor(desk, tool.name))).map(toOffered);
    },

    async decide({ desk }, asked) {
      const rule = ruleFor(desk, asked.name);
      if (rule.verdict === 'no_rule') return refuse('no_rule', undefined, unknownTool(desk, asked.name));
      const found = await find(asked.name);
      if (found.kind === 'none') return refuse('unknown_tool', undefined, unknownTool(desk, asked.name));
      if (found.kind === 'down') {
        return refuse(
          'server_down',
          undefined,
          `${asked.name} cannot be reached right now (${found.reason}). Nothing was done.`,
        );
      }
      const checked = checkArguments(definitionOf(found.tool), asked.arguments);
      if (checked.kind === 'bad') return refuse('bad_arguments', checked.args, checked.text);
      if (rule.verdict !== 'allow') return refuse(rule.verdict, checked.args, refusalText(rule.verdict, asked.name));
      const { definitionHash } = definitionOf(found.tool);
      return {
        kind: 'dispatch',
        permit: { name: asked.name, args: checked.args, effect: rule.effect, definitionHash },
      };
    },

    async execute(caller, permit, { signal, idempotencyKey }) {
      const found = await find(permit.name);
      if (found.kind !== 'found') return { kind: 'unreachable', text: `${permit.name} cannot be reached right now.` };
      if ('run' in found.tool) return found.tool.run(permit.args, caller);
      return mcp.call(found.tool, permit.args, {
        signal,
        timeoutMs: caller.desk.limits.toolSeconds * 1000,
        idempotencyKey,
      });
    },
  };
}

function definitionOf(tool: Tool | LocalTool): { definitionHash: string; inputSchema: Record<string, unknown> } {
  return 'run' in tool ? localDefinition(tool) : tool;
}

function toOffered(tool: Tool | LocalTool): Offered {
  return { name: tool.name, description: tool.description, parameters: definitionOf(tool).inputSchema };
}

function isOffered(rule: { verdict: Verdict }): boolean {
  return rule.verdict !== 'no_rule' && rule.verdict !== 'deny';
}

function refuse(verdict: Extract<Decision, { kind: 'refused' }>['verdict'], args: unknown, text: string): Decision {
  return { kind: 'refused', verdict, args, text };
}

function unknownTool(desk: Desk, name: string): string {
  return `There is no tool "${name}" at this desk. Nothing was done. Use one of: ${[...desk.tools.keys()].join(', ')}.`;
}

function refusalText(rule: Exclude<Rule, 'allow'>, name: string): string {
  switch (rule) {
    case 'deny':
      return `${name} is not permitted at this desk. Nothing was done; tell the person so.`;
    case 'confirm':
      return `${name} needs the asker's confirmation, which cannot be given here yet. Nothing was done; tell the person so.`;
    case 'approve':
      return `${name} needs the signature of someone entitled, which cannot be given here yet. Nothing was done; tell the person so.`;
  }
}
