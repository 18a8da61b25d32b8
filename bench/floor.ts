import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { App, HTTPReceiver } from '@slack/bolt';
import OpenAI from 'openai';
import { z } from 'zod';

/**
 * The least that such a bot can be: Bolt, the OpenAI client and one MCP server in one loop, nothing kept, nothing safe.
 * It shows what this machine gives at best.
 */
const env = (name: string): string => process.env[name] ?? '';

const server = new McpServer({ name: 'jewelryops', version: '1.0.0' });
server.registerTool('get_customer', { inputSchema: { customer_id: z.string() } }, ({ customer_id }) => ({
  content: [{ type: 'text', text: `${customer_id}: Lisa Park, gold tier` }],
}));
server.registerTool('check_stock', { inputSchema: { sku: z.string() } }, ({ sku }) => ({
  content: [{ type: 'text', text: `${sku}: 12 in stock` }],
}));
const mcp = new Client({ name: 'floor', version: '1.0.0' });
const [here, there] = InMemoryTransport.createLinkedPair();
await Promise.all([server.connect(there), mcp.connect(here)]);
const tools = (await mcp.listTools()).tools.map(({ name, inputSchema }) => ({
  type: 'function' as const,
  function: { name: `jewelryops__${name}`, parameters: inputSchema as Record<string, unknown> },
}));

const openai = new OpenAI({ apiKey: 'none', baseURL: env('OPENAI_BASE_URL') });
const receiver = new HTTPReceiver({ signingSecret: env('SLACK_SIGNING_SECRET'), port: 0 });
const app = new App({
  token: env('SLACK_BOT_TOKEN'),
  receiver,
  tokenVerificationEnabled: false,
  clientOptions: { slackApiUrl: env('SLACK_API_URL') },
});

type Call = { id: string; type: 'function'; function: { name: string; arguments: string } };

app.event('app_mention', async ({ event, client }) => {
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: event.text }];
  for (;;) {
    const calls: Call[] = [];
    let text = '';
    const stream = await openai.chat.completions.create({ model: env('OPENAI_MODEL'), messages, tools, stream: true });
    for await (const chunk of stream) {
      const delta = chunk.choices[0]?.delta;
      text += delta?.content ?? '';
      for (const part of delta?.tool_calls ?? []) {
        calls[part.index] ??= { id: part.id ?? '', type: 'function', function: { name: '', arguments: '' } };
        const call = calls[part.index];
        if (!call) continue;
        call.function.name += part.function?.name ?? '';
        call.function.arguments += part.function?.arguments ?? '';
      }
    }
    if (calls.length === 0) {
      await client.chat.postMessage({ channel: event.channel, thread_ts: event.thread_ts ?? event.ts, text });
      return;
    }
    messages.push({ role: 'assistant', content: null, tool_calls: calls });
    for (const call of calls) {
      const name = call.function.name.replace('jewelryops__', '');
      const { content } = await mcp.callTool({ name, arguments: JSON.parse(call.function.arguments) });
      messages.push({ role: 'tool', tool_call_id: call.id, content: JSON.stringify(content) });
    }
  }
});

const listening = await app.start();
const address = 'address' in listening ? listening.address() : null;
process.send?.({ url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}` });
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
