import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';

/** What a tool has to say: `text` for the model and people, `data` as its output schema promises it. */
export type Answer<Data> = { kind: 'done'; text: string; data: Data } | { kind: 'refused'; text: string };

export function done<Data>(text: string, data: Data): Answer<Data> {
  return { kind: 'done', text, data };
}

/** Nothing was found or nothing was done. The text says why and what to do instead. */
export function refused(text: string): { kind: 'refused'; text: string } {
  return { kind: 'refused', text };
}

export async function answer<Data extends Record<string, unknown>>(
  work: Promise<Answer<Data>>,
): Promise<CallToolResult> {
  try {
    const said = await work;
    const content: CallToolResult['content'] = [{ type: 'text', text: said.text }];
    return said.kind === 'refused' ? { content, isError: true } : { content, structuredContent: said.data };
  } catch (error) {
    return broken(error);
  }
}

// The cause is for the operator: a database's message can name tables, hosts and values.
function broken(error: unknown): CallToolResult {
  console.error('A tool broke:', error);
  const text =
    'The shop system failed, so it is not known what happened. Look at the record before trying a change again, ' +
    'or repeat it with the same idempotency key.';
  return { content: [{ type: 'text', text }], isError: true, _meta: { 'countersign/outcome': 'unknown' } };
}
