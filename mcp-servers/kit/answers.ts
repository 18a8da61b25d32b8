import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';

export type Done<Data> = { kind: 'done'; text: string; data: Data; isReplay?: true };
export type Refused = { kind: 'refused'; text: string };
/** What a tool answers: `text` for the model and people, `data` as its output schema promises it. */
export type Answer<Data> = Done<Data> | Refused | { kind: 'unknown'; text: string };

export function done<Data>(text: string, data: Data): Done<Data> {
  return { kind: 'done', text, data };
}

/** An earlier call did it, which this one repeats under a key that the tool itself keeps. */
export function replayed<Data>(text: string, data: Data): Done<Data> {
  return { ...done(text, data), isReplay: true };
}

/** Nothing was found or nothing was done. The text says why, and what to do instead. */
export function refused(text: string): Refused {
  return { kind: 'refused', text };
}

/** No record has this id; `finder` names the tool that finds the right one, and from what. */
export function noSuch(thing: string, id: string, finder: string): Refused {
  return refused(`There is no ${thing} ${id}. Find the right id with ${finder}.`);
}

/** The commit failed: the change may have been made or not. */
export function unknown(error: unknown): Answer<never> {
  report(error);
  const text =
    'The system behind this tool failed, so it is not known what happened. Look at the record before trying a change again, ' +
    'or repeat it with the same idempotency key.';
  return { kind: 'unknown', text };
}

export async function toResult(work: Promise<Answer<Record<string, unknown>>>): Promise<CallToolResult> {
  const answer = await work.catch(broken);
  const content = (text: string): CallToolResult['content'] => [{ type: 'text', text }];
  switch (answer.kind) {
    case 'done':
      return { content: content(answer.text + nextPageText(answer.data)), structuredContent: answer.data };
    case 'refused':
      return { content: content(answer.text), isError: true };
    case 'unknown':
      return { content: content(answer.text), isError: true, _meta: { 'countersign/outcome': 'unknown' } };
  }
}

// Some models see the text only, so it too says how to get the next page.
function nextPageText({ next_offset }: Record<string, unknown>): string {
  return typeof next_offset === 'number' ? ` More with offset ${next_offset}.` : '';
}

function broken(error: unknown): Refused {
  report(error);
  return refused('The system behind this tool failed. Nothing was changed: try again in a while.');
}

// The cause is for the operator: a database's message can name tables, hosts and values.
function report(error: unknown): void {
  console.error('A tool failed:', error);
}
