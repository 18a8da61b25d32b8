export type ToolCall = { id: string; type: 'function'; function: { name: string; arguments: string } };

export type Message =
  /** As scripts read it: the texts together, and the addresses of the images. */
  | { role: 'system' | 'developer' | 'user'; content: string; images?: string[] }
  | { role: 'assistant'; content?: string | null; tool_calls?: ToolCall[] }
  | { role: 'tool'; tool_call_id: string; content: string };

type Part = { type: 'text'; text: string } | { type: 'image_url'; image_url: { url: string } };

export function withImagesApart(sent: Message): Message {
  const content: string | Part[] | null | undefined = sent.content;
  if (sent.role !== 'user' || !Array.isArray(content)) return sent;
  const parts: Part[] = content;
  return {
    role: 'user',
    content: parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n'),
    images: parts.flatMap((part) => (part.type === 'image_url' ? [part.image_url.url] : [])),
  };
}

export type Tool = {
  type: 'function';
  function: { name: string; description?: string; parameters?: Record<string, unknown> };
};

export type ChatRequest = {
  model: string;
  messages: Message[];
  tools?: Tool[];
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
};

export type ToolResult = { name: string; content: string; id: string };

export function lastUserText(messages: Message[]): string {
  const last = messages.findLast((message) => message.role === 'user');
  return last?.content ?? '';
}

/** The tool messages of the current exchange, that is after the last user message, each with its tool's name. */
export function currentToolResults(messages: Message[]): ToolResult[] {
  const exchange = messages.slice(messages.findLastIndex((message) => message.role === 'user') + 1);
  const names = new Map<string, string>();
  const results: ToolResult[] = [];
  for (const message of exchange) {
    if (message.role === 'assistant')
      for (const call of message.tool_calls ?? []) names.set(call.id, call.function.name);
    if (message.role !== 'tool') continue;
    const id = message.tool_call_id;
    results.push({ name: names.get(id) ?? '', content: message.content, id });
  }
  return results;
}
