export type Refusal = { message: string; param: string | null; code: string | null };

type Fields = Record<string, unknown>;

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'];
const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const MAX_TOOLS = 128;
const MAX_CALLS = 128;

/** What a real endpoint would answer 400 to, judged in the order in which it reads the request. */
export function refusalOf(body: unknown): Refusal | undefined {
  if (!isFields(body)) return refusal('The request body is not a JSON object', null, 'invalid_type');
  return refusalOfFrame(body) ?? refusalOfMessages(body.messages) ?? refusalOfTools(body.tools);
}

function refusalOfFrame(body: Fields): Refusal | undefined {
  if (typeof body.model !== 'string' || body.model === '')
    return refusal('A model must be named', 'model', 'missing_required_parameter');
  if (body.stream_options !== undefined && body.stream !== true)
    return refusal('stream_options belongs to requests with stream: true', 'stream_options', 'invalid_value');
}

function refusalOfMessages(messages: unknown): Refusal | undefined {
  if (!Array.isArray(messages)) return refusal('messages must be an array', 'messages', 'missing_required_parameter');
  if (messages.length === 0) return refusal('messages must hold at least one message', 'messages', 'empty_array');
  for (const [at, message] of messages.entries()) {
    const found = refusalOfMessage(message, `messages.[${at}]`);
    if (found) return found;
  }
  return refusalOfOrder(messages);
}

function refusalOfMessage(message: unknown, path: string): Refusal | undefined {
  if (!isFields(message)) return refusal('A message must be an object', path, 'invalid_type');
  const { role, content, tool_calls: calls } = message;
  if (typeof role !== 'string' || !ROLES.includes(role))
    return refusal(`Unknown role '${String(role)}'`, `${path}.role`, 'invalid_value');
  if (role === 'assistant') return refusalOfAssistant(content, calls, path);
  if (role === 'user' && Array.isArray(content)) return refusalOfParts(content, `${path}.content`);
  if (typeof content !== 'string')
    return refusal(`A ${role} message needs its content as a string`, `${path}.content`, 'invalid_type');
  if (role === 'tool' && typeof message.tool_call_id !== 'string')
    return refusal('A tool message needs a tool_call_id', `${path}.tool_call_id`, 'missing_required_parameter');
}

const DATA_URL = /^data:image\/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/]+={0,2}$/;

function refusalOfParts(parts: unknown[], path: string): Refusal | undefined {
  const at = parts.findIndex((part) => {
    if (!isFields(part)) return true;
    const { type, text, image_url: image } = part;
    if (type === 'text') return typeof text !== 'string';
    return type !== 'image_url' || !isFields(image) || !DATA_URL.test(String(image.url));
  });
  return at < 0
    ? undefined
    : refusal('A part must be a text, or an image as a data URL', `${path}[${at}]`, 'invalid_value');
}

function refusalOfAssistant(content: unknown, calls: unknown, path: string): Refusal | undefined {
  if (content !== undefined && content !== null && typeof content !== 'string')
    return refusal('Assistant content must be a string or null', `${path}.content`, 'invalid_type');
  if (calls === undefined)
    return typeof content === 'string'
      ? undefined
      : refusal('An assistant message needs content or tool_calls', `${path}.content`, 'invalid_value');
  if (!Array.isArray(calls)) return refusal('tool_calls must be an array', `${path}.tool_calls`, 'invalid_type');
  if (calls.length === 0) return refusal('tool_calls must not be empty', `${path}.tool_calls`, 'empty_array');
  if (calls.length > MAX_CALLS)
    return refusal(`At most ${MAX_CALLS} calls fit into a message`, `${path}.tool_calls`, 'array_above_max_length');
  const seen = new Set<unknown>();
  for (const [at, call] of calls.entries()) {
    const found = refusalOfCall(call, seen, `${path}.tool_calls[${at}]`);
    if (found) return found;
  }
}

function refusalOfCall(call: unknown, seen: Set<unknown>, path: string): Refusal | undefined {
  if (!isFields(call) || call.type !== 'function' || !isFields(call.function))
    return refusal('A tool call must be of type function', `${path}.type`, 'invalid_value');
  if (typeof call.id !== 'string' || call.id === '')
    return refusal('A tool call needs an id', `${path}.id`, 'missing_required_parameter');
  if (seen.has(call.id)) return refusal(`The tool call id '${call.id}' is used twice`, `${path}.id`, 'invalid_value');
  seen.add(call.id);
  const { name, arguments: args } = call.function;
  if (typeof name !== 'string' || !TOOL_NAME.test(name))
    return refusal(`'${String(name)}' is no valid function name`, `${path}.function.name`, 'invalid_value');
  if (args === undefined)
    return refusal('function.arguments is missing', `${path}.function.arguments`, 'missing_required_parameter');
  if (typeof args !== 'string')
    return refusal('function.arguments must be a string', `${path}.function.arguments`, 'invalid_type');
}

/** Every call of an assistant message is answered once, at once, and nothing else is answered. */
function refusalOfOrder(messages: Fields[]): Refusal | undefined {
  let awaited = new Set<unknown>();
  let answered = new Set<unknown>();
  for (const [at, message] of messages.entries()) {
    if (message.role !== 'tool') {
      if (awaited.size > 0) return unanswered(awaited, at);
      awaited = new Set(callIds(message.tool_calls));
      answered = new Set();
      continue;
    }
    const id = message.tool_call_id;
    if (answered.has(id)) return misplaced(`The tool call '${String(id)}' is answered twice`, at);
    if (!awaited.delete(id)) return misplaced(`No preceding tool_calls ask for '${String(id)}'`, at);
    answered.add(id);
  }
  if (awaited.size > 0) return unanswered(awaited, messages.length);
}

function callIds(calls: unknown): unknown[] {
  return Array.isArray(calls) ? calls.map((call: Fields) => call.id) : [];
}

function unanswered(awaited: Set<unknown>, at: number): Refusal {
  return misplaced(`Tool calls without a tool message: ${[...awaited].join(', ')}`, at);
}

function misplaced(message: string, at: number): Refusal {
  return refusal(message, `messages.[${at}].role`, null);
}

function refusalOfTools(tools: unknown): Refusal | undefined {
  if (tools === undefined) return undefined;
  if (!Array.isArray(tools)) return refusal('tools must be an array', 'tools', 'invalid_type');
  if (tools.length === 0) return refusal('tools must not be empty: leave it out', 'tools', 'empty_array');
  if (tools.length > MAX_TOOLS)
    return refusal(`At most ${MAX_TOOLS} tools can be offered`, 'tools', 'array_above_max_length');
  const seen = new Set<unknown>();
  for (const [at, tool] of tools.entries()) {
    const found = refusalOfTool(tool, seen, `tools[${at}]`);
    if (found) return found;
  }
}

function refusalOfTool(tool: unknown, seen: Set<unknown>, path: string): Refusal | undefined {
  if (!isFields(tool) || tool.type !== 'function' || !isFields(tool.function))
    return refusal('A tool must be of type function', `${path}.type`, 'invalid_value');
  const { name, parameters } = tool.function;
  if (typeof name !== 'string' || !TOOL_NAME.test(name))
    return refusal(`'${String(name)}' is no valid function name`, `${path}.function.name`, 'invalid_value');
  if (seen.has(name)) return refusal(`The tool '${name}' is offered twice`, `${path}.function.name`, 'invalid_value');
  seen.add(name);
  if (parameters !== undefined && !(isFields(parameters) && parameters.type === 'object'))
    return refusal('parameters must be a schema of type object', `${path}.function.parameters`, 'invalid_value');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refusal(message: string, param: string | null, code: string | null): Refusal {
  return { message, param, code };
}
