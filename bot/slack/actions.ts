import type { App, RespondFn } from '@slack/bolt';
import { type Click, type Clicker, clickerOf, foreignAccount, readClick } from './clicker.ts';
import { type Answer, decide, mayDecide, refuseForeign, type Settlement, settle, told } from './decide.ts';
import { editForm, type Modal, rejectForm } from './forms.ts';
import type { Homes } from './home.ts';
import { later } from './later.ts';
import type { DoorParts } from './parts.ts';
import * as words from './words.ts';

type Pressed = { parts: DoorParts; who: Clicker; click: Click; respond: RespondFn };
type Button = (pressed: Pressed) => Promise<Answer>;

const approve: Button = ({ parts, who, click }) =>
  decide(parts, who, click.approval, { verdict: 'approve', reason: null });
const refuse: Button = ({ parts, who, click }) =>
  decide(parts, who, click.approval, { verdict: 'reject', reason: null });
const settling =
  (settlement: Settlement): Button =>
  ({ parts, who, click }) =>
    settle(parts, who, click.approval, settlement);

/** By what the buttons of cards are called. */
const buttons: Record<string, Button> = {
  'approval.approve': approve,
  'approval.reject': openRejection,
  'approval.edit': openEdit,
  'approval.yes': approve,
  'approval.no': refuse,
  'approval.happened': settling('happened'),
  'approval.did_not': settling('did not happen'),
  'approval.again': settling('again'),
};

/** A click is acknowledged after what it decides is committed; the private word to who clicked does not hold it up. */
export function listenForClicks(app: App, parts: DoorParts, homes: Homes): void {
  for (const [action, press] of Object.entries(buttons)) {
    app.action(action, async ({ body, ack, respond }) => {
      const click = readClick(body);
      const who = clickerOf(parts, click.by, click.team);
      const answer = who ? await press({ parts, who, click, respond }) : await foreign(parts, click);
      await ack();
      if (answer.kind === 'told') later(parts, tell(parts, click, respond, answer.text));
      homes.changed();
    });
  }
}

function foreign(parts: DoorParts, { by, team, approval }: Click): Promise<Answer> {
  return refuseForeign(parts, foreignAccount(parts, by, team), approval);
}

/** To the one who clicked, and nobody else. */
async function tell(
  { api }: DoorParts,
  { by, channel, thread }: Click,
  respond: RespondFn,
  text: string,
): Promise<void> {
  const there = thread === undefined ? {} : { thread_ts: thread };
  const said = { response_type: 'ephemeral' as const, replace_original: false, text, ...there };
  const sent = await respond(said).then(
    () => true,
    () => false,
  );
  if (sent) return;
  const called = await api('chat.postEphemeral', { channel, user: by.id, text, ...there });
  if (called.kind !== 'ok') throw new Error(`${by.id} could not be told: ${text}`);
}

async function openRejection({ parts, who, click, respond }: Pressed): Promise<Answer> {
  const may = await mayDecide(parts, who, click.approval, 'open');
  if (may.kind === 'no') return told(may.text);
  later(parts, openForm(parts, click, respond, rejectForm(may.approval)));
  return { kind: 'done' };
}

async function openEdit({ parts, who, click, respond }: Pressed): Promise<Answer> {
  const may = await mayDecide(parts, who, click.approval, 'open');
  if (may.kind === 'no') return told(may.text);
  if (may.approval.edit) return told(words.CHANGING);
  const form = editForm(may.approval);
  if (form.kind === 'none') return told(form.why);
  later(parts, openForm(parts, click, respond, form.view));
  return { kind: 'done' };
}

/** Slack may be slow to open it, and waits for the acknowledgement meanwhile. */
async function openForm(parts: DoorParts, click: Click, respond: RespondFn, view: Modal): Promise<void> {
  const opened = await parts.api('views.open', { trigger_id: click.trigger, view });
  if (opened.kind === 'ok') return;
  parts.log.warn({ outcome: opened, approval: click.approval }, 'a form was not opened');
  await tell(parts, click, respond, words.NO_FORM);
}
