import { argumentsOf } from '../desk/unknown-tools.ts';
import { serverIn } from '../mcp/definitions.ts';
import type { Principal } from '../records/types.ts';
import { isRecord } from './canonical.ts';
import { definitionOf, fieldOf, readTool, recordOf } from './tool-access.ts';
import type { AnyTool, Caller, Offered, OwnRecords, ToolAccess } from './types.ts';

type Args = Record<string, unknown>;
export type Bound = { kind: 'ok'; args: Args } | { kind: 'refused'; text: string } | { kind: 'down'; reason: string };

/** Binds a customer's call to their own records, whatever the model writes. Refuses tools that cannot be bound. */
export async function bindScope(tools: ToolAccess, caller: Caller, tool: AnyTool, args: Args): Promise<Bound> {
  if (isInHouse(caller.principal) || 'run' in tool) return { kind: 'ok', args };
  const argument = caller.desk.tools.get(tool.name)?.customer;
  const { inputSchema } = definitionOf(tool);
  // A tool may leave out an argument that it does not know, and with it the limit.
  const isTaken = argument !== undefined && argumentsOf(inputSchema)?.includes(argument);
  if (!isTaken || caller.principal.kind !== 'customer') {
    return { kind: 'refused', text: `${tool.name} is not open to this sender. Nothing was done; tell the person so.` };
  }
  const own = await ownId(tools, caller);
  if (own.kind !== 'own') return own;
  if (!isOwn(args[argument], own.id)) {
    return {
      kind: 'refused',
      text: `${tool.name} reaches only the requester's own records, and ${argument} names others. Nothing was done; tell the person so.`,
    };
  }
  return { kind: 'ok', args: { ...args, [argument]: typed(own.id, inputSchema, argument) } };
}

/**
 * The tools that the model sees: leaves out those that are closed to the requester, and arguments that code fills in.
 */
export function openTo({ desk, principal }: Caller, own: OwnRecords | null, tools: Offered[]): Offered[] {
  if (isInHouse(principal)) return tools;
  return tools.flatMap((tool) => {
    const argument = desk.tools.get(tool.name)?.customer;
    if (serverIn(tool.name) === undefined) return [tool];
    if (argument === undefined || own === null || !argumentsOf(tool.parameters)?.includes(argument)) return [];
    const { required, ...parameters } = tool.parameters;
    const asked = Array.isArray(required) ? required.filter((name) => name !== argument) : [];
    return [{ ...tool, parameters: { ...parameters, required: asked } }];
  });
}

function isInHouse({ kind }: Principal): boolean {
  return kind === 'staff' || kind === 'guest' || kind === 'service';
}

export async function ownRecords(tools: ToolAccess, caller: Caller): Promise<OwnRecords | null> {
  const argument = [...caller.desk.tools.values()].find(({ customer }) => customer !== undefined)?.customer;
  if (argument === undefined || caller.principal.kind !== 'customer') return null;
  const own = await ownId(tools, caller);
  return own.kind === 'own' ? { argument, id: own.id } : null;
}

type Own = { kind: 'own'; id: string } | { kind: 'refused'; text: string } | { kind: 'down'; reason: string };

async function ownId(tools: ToolAccess, caller: Caller): Promise<Own> {
  const { customers } = caller.desk;
  // An account that is a mail address is known to tools as that address.
  const id = caller.principal.id.replace(/^email:/, '');
  if (customers.kind === 'principal') return { kind: 'own', id };
  const answer = await readTool(tools, caller, customers.tool, { [customers.argument]: id });
  if (answer.kind === 'down') return answer;
  const own = answer.kind === 'ok' ? fieldOf(recordOf(answer), customers.field) : undefined;
  if ((typeof own === 'string' && own !== '') || typeof own === 'number') return { kind: 'own', id: String(own) };
  return { kind: 'refused', text: 'No customer record belongs to this sender. Nothing was done; tell the person so.' };
}

function isOwn(given: unknown, id: string): boolean {
  if (given === undefined || given === null || given === '') return true;
  if (typeof given !== 'string' && typeof given !== 'number') return false;
  return String(given).trim().toLowerCase() === id.toLowerCase();
}

function typed(id: string, { properties }: Record<string, unknown>, argument: string): string | number {
  const property = isRecord(properties) ? properties[argument] : undefined;
  const isNumber = isRecord(property) && (property.type === 'integer' || property.type === 'number');
  return isNumber && /^\d{1,15}$/.test(id) ? Number(id) : id;
}
