import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { z } from 'zod';
import { type Answer, done, refused, toResult } from './answers.ts';
import type { Tables, ToolDatabase } from './database.ts';
import { actOutside, changeOnce, idempotentReplay, keyIn } from './effects.ts';

type Values = Record<string, unknown>;

/** What a model reads of a tool. */
type Description<Input, Output> = {
  name: string;
  title: string;
  description: string;
  input: Input;
  output: Output;
};

type ReadingTool<Input, Output> = Description<Input, Output> & {
  does: 'reads';
  run(db: ToolDatabase, asked: z.infer<Input>): Promise<Answer<z.infer<Output>>>;
};

type OutwardTool<Input, Output> = Description<Input, Output> & {
  does: 'adds';
  /** Acts outside of these tables. It acts once for each key by itself. */
  act(db: ToolDatabase, asked: z.infer<Input>, key: string | undefined): Promise<Answer<z.infer<Output>>>;
};

type ChangingTool<Input, Output, Ready> = Description<Input, Output> & {
  /** `adds`: takes nothing away and overwrites nothing. `alters`: may do either. */
  does: 'adds' | 'alters';
  /** Slow work before the transaction. It never refuses by itself: the call may be a repetition. */
  prepare?(db: ToolDatabase, asked: z.infer<Input>, key: string | undefined): Promise<Prepared<Ready>>;
  /** Runs in one transaction, and refuses before it writes. */
  run(db: Tables, asked: z.infer<Input>, ready: Ready): Promise<Answer<z.infer<Output>>>;
};
/** `ready` goes to `run`. `hashed` stands for the arguments in their stored hash, without their secrets. */
type Prepared<Ready> = { ready: Ready; hashed: Values };

export type Tool = {
  does: 'reads' | 'adds' | 'alters';
  addTo(server: McpServer, serverName: string, db: ToolDatabase): void;
};

/**
 * One tool: what a model reads of it, and what it does. A tool that changes something runs once for each idempotency key;
 * its output gets `idempotent_replay`, and each of its refusals ends with "Nothing was changed."
 */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject, Ready = undefined>(
  tool: ReadingTool<Input, Output> | OutwardTool<Input, Output> | ChangingTool<Input, Output, Ready>,
): Tool {
  const { name, title, description, does } = tool;
  const inputSchema: z.ZodObject = tool.input;
  const outputSchema = does === 'reads' ? tool.output : tool.output.extend({ idempotent_replay: idempotentReplay });
  const config = { title, description, inputSchema, outputSchema, annotations: annotations[does] };
  return {
    does,
    addTo(server, serverName, db) {
      server.registerTool(name, config, (args, { _meta }) => {
        // The SDK has parsed the arguments with the schema.
        const asked = args as z.infer<Input>;
        if (tool.does === 'reads') return toResult(tool.run(db, asked));
        return toResult(change(tool, db, asked, { server: serverName, meta: _meta, output: outputSchema }));
      });
    },
  };
}

type Call = { server: string; meta: unknown; output: z.ZodType<Values> };

async function change<Input extends z.ZodObject, Output, Ready>(
  tool: OutwardTool<Input, Output> | ChangingTool<Input, Output, Ready>,
  db: ToolDatabase,
  asked: z.infer<Input>,
  { server, meta, output }: Call,
): Promise<Answer<Values>> {
  const read = keyIn(meta);
  if (read.kind === 'refused') return read;
  const { key } = read;
  if ('act' in tool) {
    const call = { server, tool: tool.name, key, args: asked, output };
    return actOutside(db, call, async () => complete(await tool.act(db, asked, key)));
  }
  const prepared = await tool.prepare?.(db, asked, key);
  const call = { server, tool: tool.name, key, args: prepared?.hashed ?? asked, output };
  return changeOnce(db, call, async (tables) => complete(await tool.run(tables, asked, prepared?.ready as Ready)));
}

function complete<Data>(answer: Answer<Data>): Answer<Values> {
  if (answer.kind === 'refused') return refused(`${answer.text} Nothing was changed.`);
  if (answer.kind === 'unknown') return answer;
  return done(answer.text, { ...answer.data, idempotent_replay: answer.isReplay === true });
}

const reads = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const adds = { ...reads, readOnlyHint: false, idempotentHint: false };
const annotations = { reads, adds, alters: { ...adds, destructiveHint: true } };
