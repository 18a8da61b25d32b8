import type { FaultOrder, MailOrder } from '../protocol.ts';

export type Outcome<T = unknown> = { kind: 'ok'; body: T } | { kind: 'refused'; why: string };

/** The result of a click or a form on the screen; `failed` is Slack's own warning sign. */
export type Shown = 'done' | 'closed' | 'errors' | 'updated' | 'failed';

type Actions = {
  say: {
    body: { user: string; channel: string; text: string; thread?: string; files?: string[]; mention: false };
    answer: { ts: string };
  };
  edit: { body: { user: string; channel: string; ts: string; text: string }; answer: unknown };
  delete: { body: { user: string; channel: string; ts: string }; answer: unknown };
  click: {
    body: { user: string; action_id: string; value?: string } & (
      | { channel: string; ts: string }
      | { view_id: string; values?: Record<string, string | null> }
    );
    answer: { shown: Shown };
  };
  submit: { body: { user: string; view_id: string; values: Record<string, string | null> }; answer: { shown: Shown } };
  close: { body: { user: string; view_id: string }; answer: unknown };
  command: { body: { user: string; channel: string; text: string }; answer: { shown: Shown } };
  open: { body: { user: string; tab?: 'messages' | 'home' }; answer: { channel: string } };
  faults: { body: FaultOrder; answer: unknown };
  mail: { body: MailOrder; answer: { thread: string } };
};

/** Every act of a person goes over the routes that scripts use too. */
export async function act<Name extends keyof Actions>(
  name: Name,
  body: Actions[Name]['body'],
): Promise<Outcome<Actions[Name]['answer']>> {
  return send(`/playground/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

export async function upload(user: string, file: File): Promise<Outcome<{ id: string }>> {
  const query = new URLSearchParams({ user, name: file.name });
  return send(`/playground/upload?${query}`, {
    method: 'POST',
    headers: { 'content-type': file.type || 'text/plain' },
    body: file,
  });
}

async function send<T>(url: string, init: RequestInit): Promise<Outcome<T>> {
  try {
    const response = await fetch(url, init);
    const body: unknown = await response.json().catch(() => ({}));
    if (response.ok) return { kind: 'ok', body: body as T };
    const { error } = body as { error?: unknown };
    return { kind: 'refused', why: typeof error === 'string' ? error : `The server answered ${response.status}.` };
  } catch {
    return { kind: 'refused', why: 'The server does not answer. Is it still running?' };
  }
}
