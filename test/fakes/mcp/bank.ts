import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

type Args = Record<string, unknown>;
/** `touched`: whose records a careless system would have reached with these arguments. */
export type BankLine = { tool: string; args: Args; touched: string[] };
export type Bank = {
  ledger: BankLine[];
  /** What a tool answers, by `tool ref`. */
  answers: Map<string, string>;
  /** By `tool ref`: what is done, and whose answer does not say whether it was. */
  lost: Set<string>;
  /** What a tool says of itself. */
  describe(tool: string, description: string): void;
  create(): McpServer;
};

/** A tool server without a guard of its own: it takes whatever comes and notes it, so that only the gate is in the way. */
export function openBank(names: string[]): Bank {
  const ledger: BankLine[] = [];
  const answers = new Map<string, string>();
  const lost = new Set<string>();
  const descriptions = new Map<string, string>();
  const create = () => {
    const bank = new McpServer({ name: 'bank', version: '1' }, { capabilities: { tools: {} } });
    bank.server.setRequestHandler(ListToolsRequestSchema, () => ({
      tools: names.map((name) => ({
        name,
        description: descriptions.get(name) ?? `Does ${name}.`,
        inputSchema: schemas[name] ?? anything,
        // A hint of the server's own, which decides nothing.
        annotations: { readOnlyHint: true },
      })),
    }));
    bank.server.setRequestHandler(CallToolRequestSchema, ({ params: { name, arguments: args = {} } }) => {
      ledger.push({ tool: name, args, touched: name === 'whois' ? [] : touchedBy(args) });
      if (name === 'whois') return whois(args);
      if (lost.has(`${name} ${args.ref}`)) return { ...said('It broke off.'), isError: true, _meta: UNKNOWN };
      const text = answers.get(`${name} ${args.ref}`) ?? `${name} is done.`;
      return said(text);
    });
    return bank;
  };
  return { ledger, answers, lost, describe: (tool, text) => void descriptions.set(tool, text), create };
}

const UNKNOWN = { 'countersign/outcome': 'unknown' };

const said = (text: string) => ({ content: [{ type: 'text' as const, text }] });

const anything = { type: 'object' as const, properties: { customer_id: {}, amount: {} } };
const schemas: Record<string, { type: 'object'; properties?: Record<string, object> }> = {
  pay: {
    type: 'object',
    properties: { amount: { type: 'number' }, customer_id: { type: 'string' }, ref: { type: 'string' } },
  },
  set_password: { type: 'object', properties: { customer_id: {}, password: { 'x-secret': true } } },
};

function whois({ email }: Args) {
  const mark = /^(k\d{3})@shop\.example$/.exec(String(email))?.[1];
  const found = mark === undefined ? {} : { customer_id: `CUST-${mark}` };
  return { content: [{ type: 'text', text: JSON.stringify(found) }], structuredContent: found };
}

/** Reads an id in every way that some system somewhere would; without one, it is about everybody. */
function touchedBy({ customer_id: given }: Args): string[] {
  const ids = textsIn(given).flatMap((text) => cleaned(text).split(/[^A-Z0-9-]+/));
  const named = ids.filter((id) => id !== '');
  return named.length > 0 ? named : ['EVERYBODY'];
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn);
  return value === undefined || value === null ? [] : [String(value)];
}

function cleaned(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replaceAll('\u0421', 'C')
    .toUpperCase();
}
