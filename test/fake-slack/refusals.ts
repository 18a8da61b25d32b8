import { buttons, GONE, type Json, modal, plain, type Slack, section, task, text } from './setup.ts';

/** What the refusals are tried against: places and messages by name. */
export async function furnished({ workspace, client }: Slack) {
  workspace.addChannel('C0OLD', { archived: true });
  workspace.addChannel('C0AWAY', { botIsMember: false });
  workspace.addChannel('G0SECRET', { botIsMember: false });
  workspace.addChannel('G0BOARD', { people: ['U0LISA'] });
  workspace.addUser('U0LEFT', { deleted: true });
  const C = 'C0GENERAL';
  const theirs = (await workspace.say({ user: 'U0LISA', channel: C, text: 'hello' })).ts;
  const reply = (await workspace.say({ user: 'U0LISA', channel: C, text: 'more', thread_ts: theirs })).ts;
  const deleted = (await workspace.say({ user: 'U0LISA', channel: C, text: 'oops' })).ts;
  await workspace.remove({ channel: C, ts: deleted });
  const away = (await workspace.say({ user: 'U0LISA', channel: 'C0AWAY', text: 'not for bots' })).ts;
  const ours = (await client.chat.postMessage({ channel: C, text: 'mine' })).ts!;
  const to = { thread_ts: theirs, recipient_user_id: 'U0LISA', recipient_team_id: workspace.teamId };
  const open = (await client.chat.startStream({ channel: C, ...to })).ts!;
  const dead = (await client.chat.startStream({ channel: C, ...to })).ts!;
  workspace.expireStream(dead);
  await client.reactions.add({ channel: C, timestamp: theirs, name: 'eyes' });
  const trigger = workspace.issueTrigger();
  const used = workspace.issueTrigger();
  await client.apiCall('views.open', { trigger_id: used, view: modal() });
  const upload = (await client.files.getUploadURLExternal({ filename: 'a.txt', length: 5 })).file_id!;
  return { C, theirs, reply, deleted, away, ours, open, dead, to, trigger, used, upload };
}

export type Given = Awaited<ReturnType<typeof furnished>>;
export type Refused = [what: string, method: string, args: (given: Given) => Json, error: string];

const posts = (what: string, args: Json, error: string): Refused => [
  what,
  'chat.postMessage',
  ({ C }) => ({ channel: C, ...args }),
  error,
];
const blocks = (what: string, list: unknown, error = 'invalid_blocks'): Refused =>
  posts(what, { text: 't', blocks: list }, error);
const metadata = (what: string, value: unknown, error: string): Refused =>
  posts(what, { text: 't', metadata: value }, error);
const starts = (what: string, args: (given: Given) => Json, error: string): Refused => [
  what,
  'chat.startStream',
  (g) => ({ channel: g.C, ...g.to, ...args(g) }),
  error,
];
const appends = (what: string, args: (given: Given) => Json, error: string): Refused => [
  what,
  'chat.appendStream',
  (g) => ({ channel: g.C, ts: g.open, ...args(g) }),
  error,
];
const offers = (what: string, args: Record<string, unknown>, error = 'invalid_arguments'): Refused => [
  what,
  'assistant.threads.setSuggestedPrompts',
  ({ C }) => ({ channel_id: C, prompts: [{ title: 't', message: 'm' }], ...args }),
  error,
];
const stops = (what: string, args: (given: Given) => Json, error: string): Refused => [
  what,
  'chat.stopStream',
  (g) => ({ channel: g.C, ts: g.open, ...args(g) }),
  error,
];

export const REFUSALS: Refused[] = [
  ['a method that is not there', 'chat.shout', () => ({}), 'unknown_method'],
  ['the method of another token', 'apps.connections.open', () => ({}), 'not_allowed_token_type'],

  ['no channel', 'chat.postMessage', () => ({ text: 't' }), 'invalid_arguments'],
  ['an empty channel', 'chat.postMessage', () => ({ channel: '', text: 't' }), 'channel_not_found'],
  ['a channel that is not there', 'chat.postMessage', () => ({ channel: 'C0NOWHERE', text: 't' }), 'channel_not_found'],
  ['a private channel unseen', 'chat.postMessage', () => ({ channel: 'G0SECRET', text: 't' }), 'channel_not_found'],
  ['a channel not joined', 'chat.postMessage', () => ({ channel: 'C0AWAY', text: 't' }), 'not_in_channel'],
  ['an archived channel', 'chat.postMessage', () => ({ channel: 'C0OLD', text: 't' }), 'is_archived'],
  posts('nothing to say', {}, 'no_text'),
  posts('only blanks to say', { text: ' \n' }, 'no_text'),
  posts('no blocks and no text', { blocks: [] }, 'no_text'),
  posts('markdown beside text', { text: 't', markdown_text: 'm' }, 'markdown_text_conflict'),
  posts('markdown beside blocks', { blocks: [section(5)], markdown_text: 'm' }, 'markdown_text_conflict'),
  posts('too much markdown', { markdown_text: text(12_001) }, 'msg_too_long'),
  posts('a thread that never was', { text: 't', thread_ts: GONE }, 'thread_not_found'),
  posts('a thread that is no ts', { text: 't', thread_ts: 'abc' }, 'invalid_thread_ts'),
  [
    'a thread whose root is deleted',
    'chat.postMessage',
    (g) => ({ channel: g.C, text: 't', thread_ts: g.deleted }),
    'thread_not_found',
  ],
  [
    'a reply taken for a root',
    'chat.postMessage',
    (g) => ({ channel: g.C, text: 't', thread_ts: g.reply }),
    'cannot_reply_to_message',
  ],
  posts('attachments that are no list', { text: 't', attachments: 'x' }, 'invalid_attachments'),
  posts('101 attachments', { text: 't', attachments: Array(101).fill({ text: 'a' }) }, 'too_many_attachments'),

  blocks('blocks that are no JSON', '[{', 'invalid_blocks_format'),
  blocks('blocks that are no list', { type: 'divider' }, 'invalid_blocks_format'),
  blocks('51 blocks', Array(51).fill({ type: 'divider' })),
  blocks('a block without a type', [{}]),
  blocks('a block of no known type', [{ type: 'banner' }]),
  blocks('a section of 3,001', [section(3_001)]),
  blocks('a section without words', [section(0)]),
  blocks('a section without text', [{ type: 'section' }]),
  blocks('a section with a string for text', [{ type: 'section', text: 'x' }]),
  blocks('a section field of 2,001', [{ type: 'section', fields: [plain(2_001)] }]),
  blocks('11 section fields', [{ type: 'section', fields: Array(11).fill(plain(1)) }]),
  blocks('a property Slack does not know', [section(5, { colour: 'red' })]),
  blocks('a header of 151', [{ type: 'header', text: plain(151) }]),
  blocks('a header of mrkdwn', [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }]),
  blocks('button text of 76', [buttons({ text: plain(76) })]),
  blocks('button text of mrkdwn', [buttons({ text: { type: 'mrkdwn', text: 'x' } })]),
  blocks('a button value of 2,001', [buttons({ value: text(2_001) })]),
  blocks('an action_id of 256', [buttons({ action_id: text(256) })]),
  blocks('a button style of its own', [buttons({ style: 'blue' })]),
  blocks('a confirm title of 101', [
    buttons({ confirm: { title: plain(101), text: plain(1), confirm: plain(1), deny: plain(1) } }),
  ]),
  blocks('the same action_id twice', [buttons({ action_id: 'a' }, { action_id: 'a' })]),
  blocks('26 buttons', [buttons(...Array(26).fill({}))]),
  blocks('no buttons', [buttons()]),
  blocks('a block_id of 256', [section(5, { block_id: text(256) })]),
  blocks('the same block_id twice', [section(5, { block_id: 'a' }), section(5, { block_id: 'a' })]),
  blocks('11 context elements', [{ type: 'context', elements: Array(11).fill(plain(1)) }]),
  blocks('an image without alt_text', [{ type: 'image', image_url: 'https://example.com/a.png' }]),
  blocks('an image of nothing', [{ type: 'image', alt_text: 'a' }]),
  blocks('markdown of 12,001', [{ type: 'markdown', text: text(12_001) }]),
  blocks('markdown of 12,001 in two', [
    { type: 'markdown', text: text(6_001) },
    { type: 'markdown', text: text(6_000) },
  ]),
  blocks('blocks of 13,500 together', Array(5).fill(section(2_700)), 'msg_blocks_too_long'),

  metadata('metadata that is no JSON', '{', 'invalid_metadata_format'),
  metadata('metadata without a payload', { event_type: 'reply' }, 'invalid_metadata_format'),
  metadata('metadata without a type', { event_payload: {} }, 'invalid_metadata_format'),
  metadata('metadata with a list for payload', { event_type: 'reply', event_payload: [] }, 'invalid_metadata_format'),
  metadata('metadata with more in it', { event_type: 'reply', event_payload: {}, id: 1 }, 'invalid_metadata_format'),
  metadata('metadata holding null', { event_type: 'reply', event_payload: { a: null } }, 'invalid_metadata_schema'),
  metadata('metadata of 9,000', { event_type: 'reply', event_payload: { a: text(9_000) } }, 'metadata_too_large'),

  ['no ts', 'chat.update', (g) => ({ channel: g.C, text: 't' }), 'invalid_arguments'],
  ['a message that is not there', 'chat.update', (g) => ({ channel: g.C, ts: GONE, text: 't' }), 'message_not_found'],
  ['a deleted message', 'chat.update', (g) => ({ channel: g.C, ts: g.deleted, text: 't' }), 'message_not_found'],
  ["somebody else's message", 'chat.update', (g) => ({ channel: g.C, ts: g.theirs, text: 't' }), 'cant_update_message'],
  [
    'a message that streams',
    'chat.update',
    (g) => ({ channel: g.C, ts: g.open, text: 't' }),
    'streaming_state_conflict',
  ],
  ['text of 4,001', 'chat.update', (g) => ({ channel: g.C, ts: g.ours, text: text(4_001) }), 'msg_too_long'],
  ['nothing to say', 'chat.update', (g) => ({ channel: g.C, ts: g.ours }), 'no_text'],
  ['bad blocks', 'chat.update', (g) => ({ channel: g.C, ts: g.ours, blocks: [section(3_001)] }), 'invalid_blocks'],
  [
    'bad metadata',
    'chat.update',
    (g) => ({ channel: g.C, ts: g.ours, text: 't', metadata: { a: 1 } }),
    'invalid_metadata_format',
  ],

  ['a message that is not there', 'chat.delete', (g) => ({ channel: g.C, ts: GONE }), 'message_not_found'],
  ["somebody else's message", 'chat.delete', (g) => ({ channel: g.C, ts: g.theirs }), 'cant_delete_message'],
  ['a message that streams', 'chat.delete', (g) => ({ channel: g.C, ts: g.open }), 'cant_delete_message'],

  [
    'a user outside',
    'chat.postEphemeral',
    () => ({ channel: 'G0BOARD', user: 'U0MARCO', text: 't' }),
    'user_not_in_channel',
  ],
  ['nothing to say', 'chat.postEphemeral', (g) => ({ channel: g.C, user: 'U0LISA' }), 'no_text'],
  [
    'text of 40,001',
    'chat.postEphemeral',
    (g) => ({ channel: g.C, user: 'U0LISA', text: text(40_001) }),
    'msg_too_long',
  ],
  ['no user', 'chat.postEphemeral', (g) => ({ channel: g.C, text: 't' }), 'invalid_arguments'],

  [
    'no thread',
    'chat.startStream',
    (g) => ({ channel: g.C, recipient_user_id: 'U0LISA', recipient_team_id: g.to.recipient_team_id }),
    'invalid_arguments',
  ],
  starts('no recipient user in a channel', () => ({ recipient_user_id: undefined }), 'missing_recipient_user_id'),
  starts('no recipient team in a channel', () => ({ recipient_team_id: undefined }), 'missing_recipient_team_id'),
  starts('an unknown recipient', () => ({ recipient_user_id: 'U0NOBODY' }), 'user_not_found'),
  starts('metadata', () => ({ metadata: { event_type: 'reply', event_payload: {} } }), 'invalid_arguments'),
  starts('a thread that never was', () => ({ thread_ts: GONE }), 'thread_not_found'),
  starts('an archived channel', () => ({ channel: 'C0OLD' }), 'is_archived'),
  starts('too much at once', () => ({ markdown_text: text(12_001) }), 'msg_too_long'),

  appends('nothing', () => ({}), 'no_text'),
  appends('a message that is not there', () => ({ ts: GONE, markdown_text: 'm' }), 'message_not_found'),
  appends("somebody else's message", (g) => ({ ts: g.theirs, markdown_text: 'm' }), 'message_not_owned_by_app'),
  appends(
    'a message that never streamed',
    (g) => ({ ts: g.ours, markdown_text: 'm' }),
    'message_not_in_streaming_state',
  ),
  appends('a stream that died', (g) => ({ ts: g.dead, markdown_text: 'm' }), 'message_not_in_streaming_state'),
  appends('chunks that are no list', () => ({ chunks: 'x' }), 'invalid_chunks'),
  appends('a chunk of no known type', () => ({ chunks: [{ type: 'smoke_signal' }] }), 'invalid_chunks'),
  appends('a task without a title', () => ({ chunks: [task({ title: undefined })] }), 'invalid_chunks'),
  appends('a task of no known status', () => ({ chunks: [task({ status: 'done' })] }), 'invalid_chunks'),
  appends('task details of 257', () => ({ chunks: [task({ details: text(257) })] }), 'invalid_chunks'),
  appends(
    'bad blocks in a chunk',
    () => ({ chunks: [{ type: 'blocks', blocks: [section(3_001)] }] }),
    'invalid_blocks',
  ),
  stops('a stream that died', (g) => ({ ts: g.dead }), 'message_not_in_streaming_state'),
  stops('bad blocks', () => ({ blocks: [section(3_001)] }), 'invalid_blocks'),
  stops('bad metadata', () => ({ metadata: { event_type: '' } }), 'invalid_metadata_format'),

  ['no ts', 'conversations.replies', (g) => ({ channel: g.C }), 'invalid_arguments'],
  ['a thread that is not there', 'conversations.replies', (g) => ({ channel: g.C, ts: GONE }), 'thread_not_found'],
  ['a deleted message', 'conversations.replies', (g) => ({ channel: g.C, ts: g.deleted }), 'thread_not_found'],
  ['a channel not joined', 'conversations.replies', (g) => ({ channel: 'C0AWAY', ts: g.away }), 'not_in_channel'],
  ['a made-up cursor', 'conversations.replies', (g) => ({ channel: g.C, ts: g.theirs, cursor: 'x' }), 'invalid_cursor'],
  [
    'a limit of 1,001',
    'conversations.replies',
    (g) => ({ channel: g.C, ts: g.theirs, limit: 1_001 }),
    'invalid_arguments',
  ],
  [
    'an oldest that is no time',
    'conversations.replies',
    (g) => ({ channel: g.C, ts: g.theirs, oldest: 'x' }),
    'invalid_ts_oldest',
  ],
  ['a latest that is no time', 'conversations.history', (g) => ({ channel: g.C, latest: 'x' }), 'invalid_ts_latest'],
  ['a channel not joined', 'conversations.history', () => ({ channel: 'C0AWAY' }), 'not_in_channel'],
  ['a private channel unseen', 'conversations.info', () => ({ channel: 'G0SECRET' }), 'channel_not_found'],
  ['no one', 'conversations.open', () => ({}), 'users_list_not_supplied'],
  ['a stranger', 'conversations.open', () => ({ users: 'U0NOBODY' }), 'user_not_found'],
  ['somebody who left', 'conversations.open', () => ({ users: 'U0LEFT' }), 'user_disabled'],
  ['nine people', 'conversations.open', () => ({ users: Array(9).fill('U0LISA').join() }), 'too_many_users'],
  ['a stranger', 'users.info', () => ({ user: 'U0NOBODY' }), 'user_not_found'],
  ['a group that is not there', 'usergroups.users.list', () => ({ usergroup: 'S0NONE' }), 'no_such_subteam'],
  [
    'a message that is not there',
    'chat.getPermalink',
    (g) => ({ channel: g.C, message_ts: GONE }),
    'message_not_found',
  ],

  ['no message', 'reactions.add', (g) => ({ channel: g.C, name: 'eyes' }), 'no_item_specified'],
  ['the same again', 'reactions.add', (g) => ({ channel: g.C, timestamp: g.theirs, name: 'eyes' }), 'already_reacted'],
  [
    'a name with blanks',
    'reactions.add',
    (g) => ({ channel: g.C, timestamp: g.theirs, name: 'two eyes' }),
    'invalid_name',
  ],
  ['a ts that is none', 'reactions.add', (g) => ({ channel: g.C, timestamp: '1', name: 'eyes' }), 'bad_timestamp'],
  [
    'a message that is not there',
    'reactions.add',
    (g) => ({ channel: g.C, timestamp: GONE, name: 'eyes' }),
    'message_not_found',
  ],
  [
    'what is not there',
    'reactions.remove',
    (g) => ({ channel: g.C, timestamp: g.theirs, name: 'tada' }),
    'no_reaction',
  ],

  [
    'a ts that is none',
    'assistant.threads.setStatus',
    (g) => ({ channel_id: g.C, thread_ts: '1', status: 's' }),
    'invalid_thread_ts',
  ],
  ['no status', 'assistant.threads.setStatus', (g) => ({ channel_id: g.C, thread_ts: g.theirs }), 'invalid_arguments'],
  offers('a channel that is not there', { channel_id: 'C0NONE' }, 'channel_not_found'),
  offers('five prompts', { prompts: Array(5).fill({ title: 't', message: 'm' }) }),
  offers('no prompts', { prompts: undefined }),
  offers('prompts that are no list', { prompts: 'Say hello' }),
  offers('a prompt without a message', { prompts: [{ title: 't' }] }),
  offers('a prompt with an empty title', { prompts: [{ title: ' ', message: 'm' }] }),
  [
    'a status of its own',
    'agents.sessions.setStatus',
    (g) => ({ channel_id: g.C, thread_ts: g.theirs, status: 'busy' }),
    'invalid_status',
  ],
  ['no thread', 'agents.sessions.setStatus', (g) => ({ channel_id: g.C, status: 'active' }), 'thread_ts_required'],
  [
    'a channel not joined',
    'agents.sessions.setStatus',
    (g) => ({ channel_id: 'C0AWAY', thread_ts: g.away, status: 'active' }),
    'not_authorized',
  ],

  ['a trigger made up', 'views.open', () => ({ trigger_id: '1.2.x', view: modal() }), 'invalid_trigger_id'],
  ['a trigger used before', 'views.open', (g) => ({ trigger_id: g.used, view: modal() }), 'exchanged_trigger_id'],
  [
    'a title of 25',
    'views.open',
    (g) => ({ trigger_id: g.trigger, view: modal({ title: plain(25) }) }),
    'invalid_arguments',
  ],
  [
    '101 blocks',
    'views.open',
    (g) => ({ trigger_id: g.trigger, view: modal({ blocks: Array(101).fill({ type: 'divider' }) }) }),
    'invalid_arguments',
  ],
  [
    'private_metadata of 3,001',
    'views.open',
    (g) => ({ trigger_id: g.trigger, view: modal({ private_metadata: text(3_001) }) }),
    'invalid_arguments',
  ],
  [
    'an input and no submit',
    'views.open',
    (g) => ({
      trigger_id: g.trigger,
      view: modal({ blocks: [{ type: 'input', label: plain(3), element: { type: 'plain_text_input' } }] }),
    }),
    'invalid_arguments',
  ],
  [
    'a view of 250 kB',
    'views.open',
    (g) => ({ trigger_id: g.trigger, view: modal({ blocks: Array(90).fill(section(3_000)) }) }),
    'view_too_large',
  ],
  ['a view that is not there', 'views.update', () => ({ view_id: 'V0', view: modal() }), 'not_found'],
  ['a modal for a home', 'views.publish', () => ({ user_id: 'U0LISA', view: modal() }), 'invalid_arguments'],
  [
    'an old hash',
    'views.publish',
    () => ({ user_id: 'U0LISA', hash: 'old', view: { type: 'home', blocks: [section(5)] } }),
    'hash_conflict',
  ],

  ['a file of no length', 'files.getUploadURLExternal', () => ({ filename: 'a.txt', length: 0 }), 'missing_argument'],
  ['a file unheard of', 'files.completeUploadExternal', () => ({ files: [{ id: 'F0' }] }), 'file_not_found'],
  ['a file never uploaded', 'files.completeUploadExternal', (g) => ({ files: [{ id: g.upload }] }), 'file_not_found'],
];
