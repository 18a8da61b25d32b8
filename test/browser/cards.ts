import type { Door } from '../doors/playground-setup.ts';

export const hostile =
  '<https://evil.example|click me> *bold* _it_ `code` :eyes: <@U0LISA> &lt;b&gt;\n  two  spaces <b>html</b>';

const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });

/** A card as the product posts them, but for what is written on it. */
export function card(text: string): object[] {
  return [
    { type: 'header', text: plain(text.split('\n')[0] ?? '') },
    {
      type: 'section',
      fields: [plain(`Tool\n${text}`), { type: 'mrkdwn', text: '*Asked by*\n<@U0LISA>', verbatim: true }],
    },
    { type: 'section', text: plain(text), expand: true },
    { type: 'divider' },
    { type: 'context', elements: [plain(text)] },
    {
      type: 'actions',
      elements: [
        { type: 'button', text: plain('Approve'), action_id: 'approve', value: 'a', style: 'primary' },
        { type: 'button', text: plain('Reject'), action_id: 'reject', value: 'a', style: 'danger' },
      ],
    },
  ];
}

export async function post(door: Door, channel: string, more: object): Promise<string> {
  const posted = await door.app('chat.postMessage', { channel, text: 'words', ...more });
  if (posted.ok !== true) throw new Error(`chat.postMessage: ${JSON.stringify(posted)}`);
  return String(posted.ts);
}

const answer =
  '## Lisa Park\nShe is **premium**.\n\n| Order | Total |\n|---|--:|\n| ORD-1002 | $240.00 |\n\n- one\n  - two\n\n```\nselect 1;\n```\n' +
  '> quoted\n\nSee [tracking](https://example.com/t).';

/** A workspace in which something was said: a question with its answer, a card, a word for one person. */
export async function furnished(door: Door): Promise<{ asked: string }> {
  const { ts: asked } = await door.workspace.say({
    user: 'U0LISA',
    channel: 'C0GENERAL',
    text: `<@${door.workspace.botUserId}> who is *Lisa Park*?`,
  });
  await post(door, 'C0GENERAL', { thread_ts: asked, blocks: [{ type: 'markdown', text: answer }] });
  await post(door, 'C0APPROVALS', {
    text: 'Signature needed: refund order',
    blocks: card('Signature needed: refund order'),
  });
  await door.app('chat.postEphemeral', { channel: 'C0GENERAL', user: 'U0LISA', text: 'Nothing has changed.' });
  return { asked };
}
