import type { Clock } from '../clock.ts';
import { writtenTool } from '../mcp/definitions.ts';
import type { Mcp, Tool } from '../mcp/types.ts';
import type { Database } from '../records/database.ts';
import { noteAnnounced, type SeenTool, seeTools } from '../records/tool-definitions.ts';
import { patternFaultIn } from './patterns.ts';
import { hasSameSchema, readShown, shownDefinition } from './shown-definition.ts';

/**
 * A tool with a new definition that nobody has accepted yet. `isClosed`: its arguments changed, so calls are refused.
 */
export type ChangedTool = { name: string; isClosed: boolean };

export type AcceptedToolsOptions = {
  db: Database;
  tenant: string;
  clock: Pick<Clock, 'now'>;
  /** Says what accepts a tool's first definition; undefined for built-in and unused tools, which need no acceptance. */
  acceptedBy(tool: Tool): string | undefined;
  /** Each process calls it once for each waiting definition. */
  onWaiting(changed: ChangedTool[]): void;
  /** Only one process calls it. Returns whether people were told. */
  tell(changed: ChangedTool[]): Promise<boolean>;
};

export type AcceptedTools = {
  /** Returns each tool in its accepted form, whatever its server says now. */
  asAccepted(tools: Tool[]): Promise<Tool[]>;
};

/** How soon an acceptance takes effect. */
const LOOK_AGAIN_MS = 2_000;

type Judged = { tool: Tool; until: number };

/**
 * Remembers the result for each listed tool, so that a turn reads the records only for new lists and waiting
 * definitions.
 */
export function openAcceptedTools(options: AcceptedToolsOptions): AcceptedTools {
  const { db, tenant, clock } = options;
  const judged = new WeakMap<Tool, Judged>();
  const said = new Set<string>();
  let last: Promise<void> = Promise.resolve();
  const isOpen = (tool: Tool) => (judged.get(tool)?.until ?? Number.NEGATIVE_INFINITY) <= clock.now();

  function judge(tools: Tool[]): Promise<void> {
    const judging = last.then(() => judgeNow(tools.filter(isOpen)));
    last = judging.catch(() => {});
    return judging;
  }

  async function judgeNow(tools: Tool[]): Promise<void> {
    const listed = tools.flatMap((tool) => {
      const by = options.acceptedBy(tool);
      if (by === undefined) judged.set(tool, { tool, until: Number.POSITIVE_INFINITY });
      return by === undefined ? [] : [{ tool, entry: { tool: tool.name, ...shownDefinition(tool), by } }];
    });
    if (listed.length === 0) return;
    const entries = listed.map(({ entry }) => entry);
    const seen = new Map((await seeTools(db, tenant, entries)).map((one) => [one.tool, one]));
    const waiting = listed.flatMap(({ tool, entry }) => {
      const known = seen.get(entry.tool);
      if (!known) throw new Error(`the records say nothing of ${entry.tool}`);
      if (known.hash === entry.hash) {
        judged.set(tool, { tool, until: Number.POSITIVE_INFINITY });
        return [];
      }
      const accepted = acceptedForm(tool, known);
      judged.set(tool, { tool: accepted, until: clock.now() + LOOK_AGAIN_MS });
      return [{ name: tool.name, isClosed: accepted.unaccepted !== undefined, hash: entry.hash, tell: known.tell }];
    });
    sayOnce(waiting);
    void tellPeople(waiting.filter(({ tell }) => tell));
  }

  function sayOnce(waiting: (ChangedTool & { hash: string })[]): void {
    const unsaid = waiting.filter(({ name, hash }) => !said.has(`${name} ${hash}`));
    for (const { name, hash } of unsaid) said.add(`${name} ${hash}`);
    if (unsaid.length > 0) options.onWaiting(unsaid);
  }

  async function tellPeople(waiting: (ChangedTool & { hash: string })[]): Promise<void> {
    if (waiting.length === 0) return;
    try {
      if (!(await options.tell(waiting))) return;
      for (const { name, hash } of waiting) await noteAnnounced(db, tenant, { tool: name, hash });
    } catch {
      // Another process tells people after a while.
    }
  }

  return {
    async asAccepted(tools) {
      const open = tools.filter(isOpen);
      // Use what is known where the records cannot be read.
      if (open.length > 0)
        await judge(open).catch((error) => {
          if (open.some((tool) => !judged.has(tool))) throw error;
        });
      return tools.map((tool) => judged.get(tool)?.tool ?? tool);
    },
  };
}

/** The tool with its accepted texts and arguments, but the `definitionHash` of what would be called. */
function acceptedForm(now: Tool, { definition }: SeenTool): Tool {
  const { title: _title, unusable: _unusable, ...rest } = now;
  const accepted = readShown(definition);
  const unaccepted = unacceptedText(now.name);
  if (!accepted) return { ...now, unusable: 'its accepted definition cannot be read', unaccepted };
  const unusable = patternFaultIn(accepted.inputSchema);
  return {
    ...rest,
    ...accepted,
    ...(unusable && { unusable }),
    ...(!hasSameSchema(accepted, now) && { unaccepted }),
  };
}

const ACCEPT = 'npm run rules -- accept';

function unacceptedText(name: string): string {
  return `${name} takes other arguments since its server changed it, and nobody has accepted that yet (${ACCEPT}). Nothing was done; tell the person so.`;
}

/** The notice for the log and the approvals channel. */
export function waitingText(changed: ChangedTool[]): string {
  const closed = changed.filter(({ isClosed }) => isClosed).map(({ name }) => writtenTool(name));
  const names = changed.map(({ name }) => name);
  return [
    `The tool server changed its definition of ${names.map(writtenTool).join(', ')}.`,
    'The assistant goes by the definition that was accepted until a person accepts the new one.',
    ...(closed.length > 0 ? [`Calls of ${closed.join(', ')} are refused until then: the arguments changed.`] : []),
    `Compare and accept: ${ACCEPT}`,
  ].join(' ');
}

/** The tool servers, with every tool in its accepted form. */
export function withAcceptedTools(mcp: Mcp, { asAccepted }: AcceptedTools): Mcp {
  return {
    ...mcp,
    async tools(of) {
      const { tools, down } = await mcp.tools(of);
      return { tools: await asAccepted(tools), down };
    },
    async find(name) {
      const found = await mcp.find(name);
      if (found.kind !== 'found') return found;
      const [tool = found.tool] = await asAccepted([found.tool]);
      return { kind: 'found', tool };
    },
    async call(tool, args, options) {
      if (tool.unaccepted !== undefined) return { kind: 'unreachable', text: tool.unaccepted };
      return mcp.call(tool, args, options);
    },
  };
}
