import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';

export type Done<Data> = { kind: 'done'; text: string; data: Data };
/** What a tool has to say: `text` for the model and people, `data` as its output schema promises it. */
export type Answer<Data> = Done<Data> | { kind: 'refused' | 'unknown'; text: string };

export function done<Data>(text: string, data: Data): Done<Data> {
  return { kind: 'done', text, data };
}

/** Nothing was found or nothing was done. The text says why and what to do instead. */
export function refused(text: string): { kind: 'refused'; text: string } {
  return { kind: 'refused', text };
}

/** It broke while it was made final: it may have been done, and it may not. */
export function unknown(error: unknown): { kind: 'unknown'; text: string } {
  report(error);
  const text =
    'The system behind this tool failed, so it is not known what happened. Look at the record before trying a change again, ' +
    'or repeat it with the same idempotency key.';
  return { kind: 'unknown', text };
}

export async function answer<Data extends Record<string, unknown>>(
  work: Promise<Answer<Data>>,
): Promise<CallToolResult> {
  const said = await work.catch(broken);
  const content: CallToolResult['content'] = [{ type: 'text', text: said.text }];
  switch (said.kind) {
    case 'done':
      return { content, structuredContent: said.data };
    case 'refused':
      return { content, isError: true };
    case 'unknown':
      return { content, isError: true, _meta: { 'countersign/outcome': 'unknown' } };
  }
}

function broken(error: unknown): { kind: 'refused'; text: string } {
  report(error);
  return refused('The system behind this tool failed. Nothing was changed: try again in a while.');
}

// The cause is for the operator: a database's message can name tables, hosts and values.
function report(error: unknown): void {
  console.error('A tool broke:', error);
}
