import type { Desk } from '../desk.ts';
import type { Mcp, Tool, ToolOutcome } from '../mcp/mcp.ts';
import type { Effect, Principal, Rule } from '../store/records.ts';
import { checkArguments } from './arguments.ts';
import { type LocalTool, localDefinition } from './local.ts';
import { ruleFor } from './rules.ts';

export type Offered = { name: string; description: string; parameters: Record<string, unknown> };

/** Leave to execute one call, once. Only the gate that made it takes it. */
export type Permit = { name: string; args: Record<string, unknown>; effect: Effect; definitionHash: string };

/** `rule` is what the desk's file says of the tool, whatever the call was refused for. */
export type Decision =
  | { kind: 'dispatch'; permit: Permit }
  | { kind: 'refused'; rule: Rule | 'none'; args: unknown; text: string };

export type Caller = { desk: Desk; principal: Principal };
export type Execution = { signal: AbortSignal; idempotencyKey: string };

export type Gate = {
  offered(desk: Desk): Promise<Offered[]>;
  decide(caller: Caller, asked: { name: string; arguments: string }): Promise<Decision>;
  execute(permit: Permit, execution: Execution): Promise<ToolOutcome>;
};

type Found = { kind: 'found'; tool: Tool | LocalTool } | { kind: 'none' } | { kind: 'down'; reason: string };

/** The only way to a tool: nothing else in the product holds the MCP client. */
export function openGate(mcp: Mcp, localTools: LocalTool[]): Gate {
  const local = new Map(localTools.map((tool) => [tool.name, tool]));
  const issued = new WeakMap<Permit, { caller: Caller; tool: Tool | LocalTool }>();

  async function find(name: string): Promise<Found> {
    const own = local.get(name);
    return own ? { kind: 'found', tool: own } : mcp.find(name);
  }

  return {
    async offered(desk) {
      const { tools } = await mcp.tools();
      return [...local.values(), ...tools].filter((tool) => isOffered(desk, tool.name)).map(toOffered);
    },

    async decide(caller, { name, arguments: raw }) {
      const { desk } = caller;
      const ruled = ruleFor(desk, name);
      if (ruled.verdict === 'no_rule') return refuse('none', undefined, unknownTool(desk, name));
      const { verdict: rule, effect } = ruled;
      const found = await find(name);
      if (found.kind === 'none') return refuse(rule, undefined, unknownTool(desk, name));
      if (found.kind === 'down') return refuse(rule, undefined, outOfReach(name, found.reason));
      const { tool } = found;
      const { definitionHash, inputSchema } = definitionOf(tool);
      const checked = checkArguments(definitionHash, inputSchema, raw);
      if (checked.kind === 'bad') return refuse(rule, checked.args, checked.text);
      if (rule !== 'allow') return refuse(rule, checked.args, refusalText(rule, name));
      const permit = { name, args: checked.args, effect, definitionHash };
      issued.set(permit, { caller, tool });
      return { kind: 'dispatch', permit };
    },

    async execute(permit, { signal, idempotencyKey }) {
      const leave = issued.get(permit);
      if (!leave) throw new Error(`${permit.name}: this permit is not this gate's, or is used up; ask decide() first`);
      issued.delete(permit);
      const { caller, tool } = leave;
      if ('run' in tool) return tool.run(permit.args, caller);
      return mcp.call(tool, permit.args, {
        signal,
        timeoutMs: caller.desk.limits.toolSeconds * 1000,
        idempotencyKey,
      });
    },
  };
}

function isOffered(desk: Desk, name: string): boolean {
  const { verdict } = ruleFor(desk, name);
  return verdict !== 'no_rule' && verdict !== 'deny';
}

function toOffered(tool: Tool | LocalTool): Offered {
  return { name: tool.name, description: tool.description, parameters: definitionOf(tool).inputSchema };
}

function definitionOf(tool: Tool | LocalTool): { definitionHash: string; inputSchema: Record<string, unknown> } {
  return 'run' in tool ? localDefinition(tool) : tool;
}

function refuse(rule: Rule | 'none', args: unknown, text: string): Decision {
  return { kind: 'refused', rule, args, text };
}

function unknownTool(desk: Desk, name: string): string {
  const known = [...desk.tools.keys()].filter((tool) => isOffered(desk, tool));
  return `There is no tool "${name}" at this desk. Nothing was done. ${known.length > 0 ? `Use one of: ${known.join(', ')}.` : 'It has none.'}`;
}

function outOfReach(name: string, reason: string): string {
  return `${name} cannot be reached right now (${reason}). Nothing was done.`;
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
