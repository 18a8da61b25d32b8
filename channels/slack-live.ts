import { reached } from '../core/points.ts';
import type { Live, LiveRecords, Sent } from './channel.ts';
import { PART_LIMIT, quieten } from './markdown.ts';
import type { SlackPlace } from './slack.ts';
import { findParts, messageArgs, partsOf, postReply, resendReply, type Slack } from './slack-reply.ts';

/** A reply that is ready within this time is posted whole, with one call. */
const PATIENCE_MS = 300;
const APPEND_EVERY_MS = 600;

type Task = { id: string; title: string; status: 'in_progress' | 'complete' | 'error' };
type Stream = { reply: number; ts: string };

export function openSlackLive(slack: Slack, place: SlackPlace, records: LiveRecords): Live {
  let text = '';
  let shown = '';
  let tasks: Task[] = [];
  let stream: Stream | null = null;
  let state: 'fast' | 'slow' | 'closed' = 'fast';
  let pumping: Promise<void> = Promise.resolve();
  let pumpScheduled = false;
  // A message that somebody else began, or of which it is not sure what it shows, is not appended to: its text is
  // replaced in the end.
  let replace = false;
  const closing = new AbortController();
  const adopting = records.taken ? adopt(records.taken) : Promise.resolve();

  const patience = setTimeout(() => {
    if (state !== 'fast') return;
    state = 'slow';
    void slack.api('assistant.threads.setStatus', {
      channel_id: place.channel,
      thread_ts: place.thread,
      status: 'is working on it…',
    });
    pump();
  }, PATIENCE_MS);

  async function adopt(taken: NonNullable<LiveRecords['taken']>): Promise<void> {
    let ts = taken.messages[0];
    if (!ts) {
      const found = await findParts(slack, place, taken.id);
      ts = found.kind === 'found' ? found.strays.at(-1) : undefined;
      if (ts) await records.note(taken.id, [ts]);
    }
    if (!ts) return;
    stream = { reply: taken.id, ts };
    replace = true;
  }

  /** One thing at a time goes out, and no more often than Slack likes. */
  function pump(): void {
    if (state !== 'slow' || records.taken || pumpScheduled) return;
    pumpScheduled = true;
    pumping = pumping.then(async () => {
      pumpScheduled = false;
      const sent = await showMore();
      if (!sent) return;
      await slack.clock.sleep(APPEND_EVERY_MS, closing.signal).catch(() => {});
      if (showable() !== '' || tasks.length > 0) pump();
    });
  }

  /** The text not shown yet. Once the reply has taken another course, or outgrown a message, it waits for the end. */
  function showable(): string {
    const clean = quieten(heldBack(text));
    return clean.startsWith(shown) && clean.length <= PART_LIMIT ? clean.slice(shown.length) : '';
  }

  async function showMore(): Promise<boolean> {
    const more = showable();
    const updates = tasks;
    if (state !== 'slow' || (more === '' && updates.length === 0)) return false;
    tasks = [];
    const chunks = [
      ...updates.map((task) => ({ type: 'task_update', ...task })),
      ...(more ? [{ type: 'markdown_text', text: more }] : []),
    ];
    const taken = stream ? await append(stream, chunks) : await begin(chunks);
    if (taken) shown += more;
    else state = 'closed';
    return taken;
  }

  async function begin(chunks: object[]): Promise<boolean> {
    const reply = await records.open();
    if (reply === null) return false;
    reached('stream.recorded');
    const called = await slack.api('chat.startStream', {
      channel: place.channel,
      thread_ts: place.thread,
      recipient_user_id: place.user,
      recipient_team_id: place.team,
      chunks,
    });
    reached('stream.started');
    let ts = called.kind === 'ok' ? String(called.body.ts) : undefined;
    if (called.kind === 'uncertain') {
      const found = await findParts(slack, place, reply);
      ts = found.kind === 'found' ? found.strays.at(-1) : undefined;
      replace = true;
    }
    if (!ts) return false;
    await records.note(reply, [ts]);
    reached('stream.noted');
    stream = { reply, ts };
    return !replace;
  }

  async function append({ ts }: Stream, chunks: object[]): Promise<boolean> {
    const called = await slack.api('chat.appendStream', { channel: place.channel, ts, chunks });
    reached('stream.appended');
    if (called.kind === 'limited') await slack.clock.sleep(called.waitMs);
    // Whether it arrived is not worth finding out: the end replaces the text.
    if (called.kind !== 'ok') replace = true;
    return called.kind === 'ok';
  }

  function leave(): void {
    clearTimeout(patience);
    state = 'closed';
    closing.abort();
  }

  async function quiet(): Promise<void> {
    leave();
    await adopting;
    await pumping;
  }

  async function finish(reply: { id: number; body: string }): Promise<Sent> {
    await quiet();
    const outgoing = { id: reply.id, place, body: reply.body, messages: stream ? [stream.ts] : [] };
    if (!stream) return postReply(slack, outgoing, new Map());
    const first = partsOf(reply.body)[0] ?? '';
    if (replace || !first.startsWith(shown)) return resendReply(slack, outgoing);
    const stopped = await stop(stream, reply.id, first);
    return stopped ? postReply(slack, outgoing, new Map([[0, stream.ts]])) : resendReply(slack, outgoing);
  }

  async function stop({ ts }: Stream, replyId: number, whole: string): Promise<boolean> {
    const rest = whole.slice(shown.length);
    const { metadata } = messageArgs(replyId, 0, whole);
    const called = await slack.api('chat.stopStream', {
      channel: place.channel,
      ts,
      metadata,
      ...(rest ? { markdown_text: rest } : {}),
    });
    reached('stream.stopped');
    return called.kind === 'ok';
  }

  return {
    text(replySoFar) {
      text = replySoFar;
      pump();
    },
    tool({ id, name }, status) {
      const shownStatus = ({ running: 'in_progress', done: 'complete', failed: 'error' } as const)[status];
      tasks = [...tasks.filter((task) => task.id !== id), { id, title: titleOf(name), status: shownStatus }];
      pump();
    },
    quiet,
    finish,
    leave,
  };
}

/** Text that may be the beginning of something to be quietened is kept until it is clear. */
function heldBack(text: string): string {
  const at = text.lastIndexOf('<');
  return at >= 0 && text.length - at < 12 && !text.includes('>', at) ? text.slice(0, at) : text;
}

function titleOf(tool: string): string {
  return tool.replace(/^.*__/, '').replaceAll('_', ' ');
}
