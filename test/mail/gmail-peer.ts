import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEmulator } from 'emulate';
import { z } from 'zod';
import { type GmailAccount, SCOPE } from '../../mailbox/gmail/client.ts';
import { headerOf } from './post.ts';

export const ours = 'support@example.com';

const message = z.object({
  id: z.string(),
  threadId: z.string(),
  labelIds: z.array(z.string()),
  historyId: z.string(),
  internalDate: z.string(),
  raw: z.string(),
});
type Message = z.infer<typeof message>;

/** Gmail for tests: emulate, and before it what emulate lacks, as Gmail documents it. */
export type GmailPeer = {
  url: string;
  account: GmailAccount;
  /** A mail arrives, at a time that may be said. */
  deliver(raw: Buffer, at?: Date, where?: 'INBOX' | 'SPAM'): Promise<string>;
  /** A person sends a mail from Gmail's own page. */
  submit(raw: Buffer, threadId: string): Promise<string>;
  all(): Promise<Message[]>;
  archive(id: string): Promise<void>;
  trash(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** Only what is newer than now is still known to the history. */
  forget(): Promise<void>;
  /** What was asked for, as "GET history". */
  asked: string[];
  faults: {
    /** So many sends are carried out, and their acknowledgement is lost. */
    deafAfterSends: number;
    /** What is sent gets a Message-ID of Gmail's own. */
    renames: boolean;
    /** The search does not know yet what was sent. */
    searchLags: boolean;
    /** The history comes in pages of so many records. */
    page: number | null;
    /** All that a page of the history holds comes as one record, as mails that arrive together do. */
    joins: boolean;
    /** All is answered with this status. */
    down: number | null;
    /** What getProfile is refused with. */
    refusal: { status: number; message: string } | null;
    /** What a request for a token is refused with. */
    tokenRefusal: { error: string; error_description?: string } | null;
  };
  close(): Promise<void>;
};

export async function startGmailPeer(): Promise<GmailPeer> {
  const emulator = await createEmulator({ service: 'google', port: 0, seed: { google: { users: [{ email: ours }] } } });
  const inner = emulator.url.replace('localhost', '127.0.0.1');
  const asked: string[] = [];
  const faults: GmailPeer['faults'] = {
    ...{
      deafAfterSends: 0,
      renames: false,
      searchLags: false,
      page: null,
      joins: false,
      down: null,
      refusal: null,
      tokenRefusal: null,
    },
  };
  let forgotten = 0n;

  const call = async (path: string, body?: object): Promise<unknown> => {
    const headers = { authorization: 'Bearer test', 'content-type': 'application/json' };
    const init = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers };
    const answer = await fetch(`${inner}/gmail/v1/users/me/${path}`, init);
    const text = await answer.text();
    return text === '' ? null : JSON.parse(text);
  };
  const get = async (id: string) => message.parse(await call(`messages/${id}?format=raw`));
  const ids = z.object({ messages: z.array(z.object({ id: z.string() })) });
  const all = async (query = '') => {
    const { messages } = ids.parse(await call(`messages?maxResults=500&includeSpamTrash=true${query}`));
    return Promise.all(messages.map(({ id }) => get(id)));
  };
  const historyNow = async () =>
    z.object({ historyId: z.string() }).parse(await call('history?startHistoryId=1&maxResults=1')).historyId;

  /** What emulate does not answer, or not as Gmail does. */
  async function answer(what: string, url: URL, body: string): Promise<{ status: number; body: unknown } | null> {
    if (faults.down !== null) return failure(faults.down, 'Backend Error');
    if (what === 'POST token') return grantToken(new URLSearchParams(body), faults.tokenRefusal);
    if (what === 'GET profile') {
      if (faults.refusal) return failure(faults.refusal.status, faults.refusal.message);
      return { status: 200, body: { emailAddress: ours, historyId: await historyNow() } };
    }
    const from = url.searchParams.get('startHistoryId');
    if (what === 'GET history' && from !== null && BigInt(from) < forgotten)
      return failure(404, 'Requested entity was not found.');
    if (what === 'GET history' && faults.page !== null) url.searchParams.set('maxResults', String(faults.page));
    if (what === 'GET history' && faults.joins)
      return { status: 200, body: joined(await call(`history${url.search}`)) };
    const wanted = /^rfc822msgid:(.+)$/.exec(url.searchParams.get('q') ?? '')?.[1];
    if (what === 'GET messages' && wanted !== undefined) {
      const labels = url.searchParams.getAll('labelIds').map((label) => `&labelIds=${label}`);
      const found = faults.searchLags ? [] : await all(labels.join(''));
      const same = found.filter(({ raw }) => headerOf(decoded(raw), 'Message-ID') === `<${wanted}>`);
      return { status: 200, body: { messages: same.map(({ id, threadId }) => ({ id, threadId })) } };
    }
    const one = /^GET messages\/([^/]+)$/.exec(what)?.[1];
    if (one !== undefined && url.searchParams.get('format') === 'metadata')
      return { status: 200, body: withHeaders(await get(one), url.searchParams.getAll('metadataHeaders')) };
    const thread = /^GET threads\/(.+)$/.exec(what)?.[1];
    if (thread !== undefined) {
      const names = url.searchParams.getAll('metadataHeaders');
      const found = (await all()).filter(({ threadId }) => threadId === thread);
      if (found.length === 0) return failure(404, 'Requested entity was not found.');
      return { status: 200, body: { id: thread, messages: found.map((one) => withHeaders(one, names)) } };
    }
    if (what === 'POST messages/send') {
      const { threadId } = z.object({ threadId: z.string().optional() }).parse(JSON.parse(body));
      const isThere = threadId === undefined || (await all()).some((one) => one.threadId === threadId);
      if (!isThere) return failure(404, 'Requested entity was not found.');
    }
    return null;
  }

  async function pass(req: IncomingMessage, url: URL, body: string): Promise<{ status: number; text: string }> {
    const { method } = req;
    const headers = { authorization: req.headers.authorization ?? '', 'content-type': 'application/json' };
    const passed = await fetch(url, { method, headers, ...(body ? { body } : {}) });
    return { status: passed.status, text: await passed.text() };
  }

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    const url = new URL(req.url ?? '', inner);
    const what = `${req.method} ${url.pathname.replace(/^\/(gmail\/v1\/users\/me\/)?/, '')}`;
    asked.push(what);
    const isSend = what === 'POST messages/send';
    const given = Buffer.concat(chunks).toString();
    const body = isSend && faults.renames ? renamed(given) : given;
    const answered = await answer(what, url, body);
    const { status, text } = answered
      ? { status: answered.status, text: JSON.stringify(answered.body) }
      : await pass(req, url, body);
    if (isSend && faults.deafAfterSends > 0) {
      faults.deafAfterSends -= 1;
      return void req.socket.destroy();
    }
    res.writeHead(status, { 'content-type': 'application/json' }).end(text);
  }

  const server = createServer((req, res) => {
    serve(req, res).catch((error) => res.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    account: {
      user: ours,
      grant: { kind: 'refresh_token', clientId: 'client', clientSecret: 'secret', refreshToken: 'refresh' },
      apiUrl: url,
    },
    asked,
    faults,
    all: () => all(),
    async deliver(raw, at = new Date(), where = 'INBOX') {
      const body = {
        raw: raw.toString('base64url'),
        labelIds: [where, 'UNREAD'],
        internalDate: String(at.getTime()),
      };
      return z.object({ id: z.string() }).parse(await call('messages/import', body)).id;
    },
    submit: async (raw, threadId) =>
      z.object({ id: z.string() }).parse(await call('messages/send', { raw: raw.toString('base64url'), threadId })).id,
    archive: async (id) => void (await call(`messages/${id}/modify`, { removeLabelIds: ['INBOX'] })),
    trash: async (id) => void (await call(`messages/${id}/trash`, {})),
    remove: async (id) => void (await call('messages/batchDelete', { ids: [id] })),
    forget: async () => {
      forgotten = BigInt(await historyNow());
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await emulator.close();
    },
  };
}

function failure(code: number, text: string) {
  return { status: code, body: { error: { code, message: text, errors: [{ message: text, domain: 'global' }] } } };
}

/** A token for whoever has the refresh token, or a key with which to act for our mailbox within our scope. */
function grantToken(form: URLSearchParams, refusal: { error: string } | null) {
  if (refusal) return { status: refusal.error === 'unauthorized_client' ? 401 : 400, body: refusal };
  const claims = JSON.parse(Buffer.from(form.get('assertion')?.split('.')[1] ?? 'bnVsbA', 'base64url').toString());
  const isKnown = claims
    ? claims.sub === ours && claims.scope === SCOPE
    : form.get('refresh_token') === 'refresh' && form.get('client_secret') === 'secret';
  if (!isKnown) return { status: 400, body: { error: 'invalid_grant', error_description: 'Bad Request' } };
  return { status: 200, body: { access_token: 'test', expires_in: 3600, token_type: 'Bearer' } };
}

function decoded(raw: string): Buffer {
  return Buffer.from(raw, 'base64url');
}

const historyPage = z.looseObject({
  history: z.array(z.object({ id: z.string(), messagesAdded: z.array(z.unknown()).default([]) })),
});

function joined(page: unknown) {
  const { history, ...rest } = historyPage.parse(page);
  const last = history.at(-1);
  const messagesAdded = history.flatMap((record) => record.messagesAdded);
  return { ...rest, history: last ? [{ id: last.id, messagesAdded }] : [] };
}

function withHeaders({ raw, ...rest }: Message, names: string[]) {
  const headers = names.flatMap((name) => {
    const value = headerOf(decoded(raw), name);
    return value === undefined ? [] : [{ name, value }];
  });
  return { ...rest, payload: { headers } };
}

function renamed(body: string): string {
  const { raw, ...rest } = z.looseObject({ raw: z.string() }).parse(JSON.parse(body));
  const own = `Message-ID: <CA${Math.random().toString(36).slice(2)}@mail.gmail.com>`;
  const changed = decoded(raw)
    .toString('latin1')
    .replace(/^Message-ID: .*$/im, own);
  return JSON.stringify({ ...rest, raw: Buffer.from(changed, 'latin1').toString('base64url') });
}
