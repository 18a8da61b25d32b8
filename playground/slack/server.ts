import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse as parseForm } from 'node:querystring';
import { refusalOf } from '../this-machine.ts';
import { type Answer, refuse } from './answers.ts';
import { METHODS, perform } from './api.ts';
import { type Args, type Call, isRecord } from './checks.ts';
import { type Fault, isAccepted, nextMishap, takeFault } from './faults.ts';
import { respond } from './responses.ts';
import { readFile } from './sharing.ts';
import type { State } from './state-type.ts';
import type { SlackLedgerRow } from './types.ts';
import { receiveBytes, waitingFile } from './waiting-files.ts';

type Target =
  | { kind: 'method'; method: string; base: string }
  | { kind: 'upload'; file: string; key: string }
  | { kind: 'response'; id: string }
  | { kind: 'file'; id: string }
  | { kind: 'unknown' };

const JSON_ARGUMENTS = ['attachments', 'blocks', 'chunks', 'files', 'loading_messages', 'metadata', 'prompts', 'view'];
const RATE_LIMIT_SECONDS = 1;

export function serve(state: State, req: IncomingMessage, res: ServerResponse): void {
  const arrivedAt = performance.now();
  const refusal = refusalOf(req.socket.remoteAddress, req.headers);
  if (refusal !== undefined) return void res.writeHead(403, { 'content-type': 'text/plain' }).end(`${refusal}\n`);
  const parts: Buffer[] = [];
  req.on('data', (part: Buffer) => parts.push(part));
  req.on('end', () => {
    const body = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const target = route(req);
    if (target.kind !== 'method' && state.mishaps.level === 'down') writeBadGateway(res);
    else if (target.kind === 'method') void answerCall(state, req, res, target, body, arrivedAt);
    else if (target.kind === 'response') void takeResponse(state, res, target.id, body);
    else if (target.kind === 'file') void sendFile(state, req, res, target.id);
    else if (target.kind === 'upload') void takeUpload(state, req, res, target, body);
    else res.writeHead(404, { 'content-type': 'text/plain' }).end('no such path\n');
  });
}

function route(req: IncomingMessage): Target {
  const path = (req.url ?? '/').split('?', 1)[0]!;
  const api = /^(.*)\/api\/([\w.]+)$/.exec(path);
  if (api) return { kind: 'method', method: api[2]!, base: `http://${req.headers.host}${api[1]}` };
  const response = /\/response\/(\w+)$/.exec(path);
  if (response) return { kind: 'response', id: response[1]! };
  const file = /\/files\/(\w+)\/[^/]+$/.exec(path);
  if (file) return { kind: 'file', id: file[1]! };
  const upload = /\/upload\/(\w+)\/(\w+)$/.exec(path);
  return upload ? { kind: 'upload', file: upload[1]!, key: upload[2]! } : { kind: 'unknown' };
}

/** For the app, by its token; people read files where they see them. */
async function sendFile(state: State, req: IncomingMessage, res: ServerResponse, id: string): Promise<void> {
  const may = req.headers.authorization === `Bearer ${state.botToken}`;
  const found = may ? await readFile(state, id).catch(() => undefined) : undefined;
  if (found) res.writeHead(200, { 'content-type': found.file.mimetype }).end(found.bytes);
  else
    res.writeHead(may ? 404 : 403, { 'content-type': 'text/plain' }).end(may ? 'not found\n' : 'no token of the app\n');
}

/** As in Slack, the address itself is the permission: no token comes with the bytes. */
async function takeUpload(
  state: State,
  req: IncomingMessage,
  res: ServerResponse,
  { file, key }: Extract<Target, { kind: 'upload' }>,
  body: Buffer,
) {
  const found = waitingFile(state, file);
  const upload = found?.key === key ? found : undefined;
  if (upload) receiveBytes(state, upload, await fileIn(body, req.headers['content-type'] ?? ''));
  res.writeHead(upload ? 200 : 404, { 'content-type': 'text/plain' }).end(upload ? `OK - ${body.length}` : 'not found');
}

/** The body is the file, or a form of several parts with the file in one. */
async function fileIn(body: Buffer, type: string): Promise<Uint8Array> {
  if (!type.startsWith('multipart/form-data')) return body;
  const form = await new Response(body, { headers: { 'content-type': type } }).formData().catch(() => new FormData());
  const file = [...form.values()].find((part) => part instanceof Blob);
  return file ? new Uint8Array(await file.arrayBuffer()) : body;
}

async function takeResponse(state: State, res: ServerResponse, id: string, body: Buffer): Promise<void> {
  const { args, refusal } = readJson(body, {});
  const answer = await kept(state, refusal ?? respond(state, id, args));
  const status = answer.ok ? 200 : 404;
  const row = { at: state.now(), method: 'response_url', args, ok: answer.ok, status, result: answer };
  record(state, answer.ok ? row : { ...row, error: answer.error });
  if (answer.ok) res.writeHead(200, { 'content-type': 'text/html' }).end('ok');
  else writeJson(res, status, answer, RATE_LIMIT_SECONDS);
}

async function answerCall(
  state: State,
  req: IncomingMessage,
  res: ServerResponse,
  target: Extract<Target, { kind: 'method' }>,
  body: Buffer,
  arrivedAt: number,
): Promise<void> {
  const sent = readArguments(req, target.method, body);
  const { token: tokenArgument, ...args } = sent.args;
  state.base = target.base;
  const call: Call = { args, base: target.base, arrivedAt };
  const fault = takeFault(state.faults, target.method) ?? nextMishap(state.mishaps);
  const done =
    fault && !isAccepted(fault)
      ? faultAnswer(fault)
      : (sent.refusal ?? decide(state, req, target.method, tokenArgument, call));
  const answer = METHODS.get(target.method)?.grows ? done : await kept(state, done);
  const status = statusOf(answer, fault);
  record(state, rowOf(state, target.method, call, answer, status, fault));
  send(res, call, answer, status, fault);
}

/** Tells the app only of saved changes, which no crash can undo. */
async function kept(state: State, answer: Answer): Promise<Answer> {
  if (!answer.ok) return answer;
  return state.saved().then(
    () => answer,
    () => refuse('internal_error'),
  );
}

function decide(state: State, req: IncomingMessage, name: string, tokenArgument: unknown, call: Call): Answer {
  const method = METHODS.get(name);
  if (!method) return refuse('unknown_method', { req_method: name });
  const bearer = /^Bearer (.+)$/i.exec(req.headers.authorization ?? '')?.[1];
  const token = bearer ?? (typeof tokenArgument === 'string' ? tokenArgument : undefined);
  return perform(state, method, token, call);
}

type Sent = { args: Args; refusal?: Answer };

function readArguments(req: IncomingMessage, method: string, body: Buffer): Sent {
  const query = (req.url ?? '').split('?', 2)[1];
  const fromQuery = query ? readForm(query) : {};
  if (body.length === 0) return { args: fromQuery };
  const type = req.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === undefined || type === '') return { args: fromQuery, refusal: refuse('missing_post_type') };
  if (type === 'application/x-www-form-urlencoded') return { args: { ...fromQuery, ...readForm(body.toString()) } };
  if (type !== 'application/json') return { args: fromQuery, refusal: refuse('invalid_post_type') };
  if (METHODS.get(method)?.formOnly) return { args: fromQuery };
  return readJson(body, fromQuery);
}

function readForm(text: string): Args {
  const args: Args = {};
  for (const [name, value] of Object.entries(parseForm(text))) args[name] = Array.isArray(value) ? value.at(-1) : value;
  for (const name of JSON_ARGUMENTS) if (typeof args[name] === 'string') args[name] = unfolded(args[name]);
  return args;
}

/** Lists and objects travel as JSON text in a form; what does not parse stays text, for the method to refuse. */
function unfolded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function readJson(body: Buffer, fromQuery: Args): Sent {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    if (!isRecord(parsed)) return { args: fromQuery, refusal: refuse('json_not_object') };
    return { args: { ...fromQuery, ...parsed } };
  } catch {
    return { args: fromQuery, refusal: refuse('invalid_json') };
  }
}

function faultAnswer(fault: Fault): Answer {
  if (fault.kind === 'error') return refuse(fault.error);
  return refuse(fault.kind === '429' ? 'ratelimited' : 'not_accepted');
}

function statusOf(answer: Answer, fault: Fault | undefined): number {
  const kind = fault?.kind ?? '';
  if (kind.startsWith('502')) return 502;
  if (kind.startsWith('hang') || kind.startsWith('reset')) return 0;
  return !answer.ok && answer.error === 'ratelimited' ? 429 : 200;
}

function rowOf(
  state: State,
  method: string,
  call: Call,
  answer: Answer,
  status: number,
  fault?: Fault,
): SlackLedgerRow {
  return {
    at: state.now(),
    method,
    args: call.args,
    ok: answer.ok,
    ...(!answer.ok && { error: answer.error }),
    status,
    result: answer,
    ...(fault && { fault: fault.kind }),
    ...(call.violation && { violation: call.violation }),
  };
}

function record(state: State, row: SlackLedgerRow): void {
  state.ledger.push(row);
  state.onCall?.(row);
  if (state.ledger.length > state.keepLedger) state.ledger.shift();
}

function send(res: ServerResponse, call: Call, answer: Answer, status: number, fault: Fault | undefined): void {
  if (call.answered) res.once('close', () => call.answered?.(performance.now()));
  if (fault?.kind.startsWith('hang')) return;
  if (fault?.kind.startsWith('reset')) {
    res.socket?.resetAndDestroy();
    return;
  }
  const retryAfter = fault?.kind === '429' ? fault.retryAfter : RATE_LIMIT_SECONDS;
  const write = () => {
    call.answered?.(performance.now());
    if (status === 502) writeBadGateway(res);
    else writeJson(res, status, answer, retryAfter);
  };
  if (fault?.kind === 'slow') setTimeout(write, fault.ms).unref();
  else write();
}

function writeBadGateway(res: ServerResponse): void {
  res.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>');
}

function writeJson(res: ServerResponse, status: number, answer: Answer, retryAfter: number): void {
  const body = JSON.stringify(answer);
  res.setHeader('content-type', 'application/json; charset=utf-8');
  if (status === 429) res.setHeader('retry-after', retryAfter);
  res.statusCode = status;
  res.end(body);
}
