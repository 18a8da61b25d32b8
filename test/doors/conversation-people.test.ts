import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, channel, startApp, until } from '../support/app.ts';
import { deskFolder, following, heard, post, query, signed, written } from '../support/door.ts';

describe('the people that the bot hears', () => {
  let app: App;
  let desks: Awaited<ReturnType<typeof deskFolder>>;
  beforeAll(async () => {
    desks = await deskFolder({ bots: ['B0FRIEND', 'B0COUNTERSIGN'], direct_messages: true });
    const script = ({ lastUser }: { lastUser: string }) => ({ text: heard(lastUser).join('; ') });
    app = await startApp('postgres', script, {}, { desks: desks.folder });
    app.slack.addUser('U0FRIEND', { isBot: true });
    app.slack.addUser('U0OTHER', { isBot: true });
  });
  afterAll(async () => {
    await app.close();
    await desks.remove();
  });

  const mention = (text: string) => `<@${app.slack.botUserId}> ${text}`;
  const principal = async () => {
    const sql = 'select principal_kind as kind, principal as id from countersign.turns t order by t.id desc limit 1';
    return (await query<{ kind: string; id: string }>(app.context.databaseUrl, sql))[0];
  };
  const answered = (thread: string) => until(() => app.replies(channel, thread).at(-1)?.text || undefined, 'a reply');
  /** What happens writes nothing at all: not an entry, not a note of it. */
  const unheard = async (happens: () => Promise<unknown>) => {
    const before = await written(app.context.databaseUrl);
    await happens();
    expect(await written(app.context.databaseUrl)).toBe(before);
  };
  const hand = async (event: Record<string, unknown>, envelope: Record<string, unknown> = {}) => {
    const request = signed(app.slack, { channel, channel_type: 'channel', ...event }, {}, envelope);
    expect((await post(app.botUrl, request)).status).toBe(200);
  };

  it('a bot that the desk names is, as a service and not as staff', async () => {
    const { ts } = await app.slack.say({
      user: 'U0FRIEND',
      bot_id: 'B0FRIEND',
      channel,
      text: mention('from a friend'),
    });
    expect(await answered(ts)).toBe('U0FRIEND: from a friend');
    expect(await principal()).toEqual({ kind: 'service', id: `slack:${app.slack.teamId}:U0FRIEND` });
  });

  it('other bots are not, neither by mention nor in a thread of ours nor in a direct message', async () => {
    const { thread_ts } = await app.ask('hello');
    const bot = { user: 'U0OTHER', bot_id: 'B0OTHER' };
    await unheard(() => app.slack.say({ ...bot, channel, text: mention('answer me') }));
    await unheard(() => app.slack.say({ ...bot, channel, thread_ts, text: 'and me' }));
    await unheard(() =>
      hand({ subtype: 'bot_message', bot_id: 'B0OLD', text: mention('and me'), ts: '1700000000.000001' }),
    );
    await unheard(() => hand({ user: 'USLACKBOT', text: mention('Reminder: ask'), ts: '1700000000.000002' }));
    await unheard(() => hand({ ...bot, channel: 'D0OTHER', channel_type: 'im', text: 'hi', ts: '1700000000.000003' }));
  });

  it('we ourselves never are, though the desk names us, whatever our message says and however it changes', async () => {
    const us = { user: app.slack.botUserId, bot_id: app.slack.botId };
    const { thread_ts } = await app.ask('hello');
    await unheard(() => app.slack.say({ ...us, channel, text: mention('to myself') }));
    await unheard(() => app.slack.say({ ...us, channel, thread_ts, text: mention('to myself') }));
    const message = { ...us, text: mention('to myself, edited'), ts: '1700000000.000004' };
    const previous = { ...message, text: 'to myself' };
    const change = { subtype: 'message_changed', ts: '1700000000.000005', message, previous_message: previous };
    await unheard(() => hand(change));
    const deletion = { subtype: 'message_deleted', ts: '1700000000.000007', deleted_ts: message.ts };
    await unheard(() => hand({ ...deletion, previous_message: message }));
    const posted = { subtype: 'bot_message', bot_id: app.slack.botId, text: mention('x'), ts: '1700000000.000006' };
    await unheard(() => hand(posted));
  });

  it('people of another company in a shared channel are, but not as staff', async () => {
    const { ts } = await app.slack.say({ user: 'U0MARCO', channel, text: 'a place to answer' });
    await hand({
      user: 'U0GUEST',
      team: 'T0THEIRS',
      user_team: 'T0THEIRS',
      text: mention('let me in'),
      ts: following(ts),
      thread_ts: ts,
    });
    expect(await answered(ts)).toContain('U0GUEST: let me in');
    expect(await principal()).toEqual({ kind: 'anonymous', id: 'slack:T0THEIRS:U0GUEST' });
  });

  it('a guest of the workspace is, as a guest and not as staff', async () => {
    app.slack.addUser('U0GRETA', { isRestricted: true });
    const { ts } = await app.slack.say({ user: 'U0GRETA', channel, text: mention('from a guest') });
    expect(await answered(ts)).toBe('U0GRETA: from a guest');
    expect(await principal()).toEqual({ kind: 'guest', id: `slack:${app.slack.teamId}:U0GRETA` });
  });

  const file = (user_team: string) => ({ id: 'F1', user_team });
  const ours = () => app.slack.teamId;
  const shared = { is_ext_shared_channel: true };
  it.each<[string, () => Record<string, unknown>, Record<string, unknown>, string]>([
    ['its files', () => ({ subtype: 'file_share', files: [file('T0THEIRS')] }), {}, 'T0THEIRS'],
    ['the second of its files', () => ({ files: [file(ours()), file('T0THEIRS')] }), {}, 'T0THEIRS'],
    ['its files, against its team', () => ({ team: ours(), files: [file('T0THEIRS')] }), {}, 'T0THEIRS'],
    ['its source', () => ({ source_team: 'T0THEIRS' }), {}, 'T0THEIRS'],
    ['its team, against its source', () => ({ source_team: ours(), team: 'T0THEIRS' }), {}, 'T0THEIRS'],
    ['nothing, in a shared channel', () => ({}), shared, 'unknown'],
    ['nothing but files of ours, in a shared channel', () => ({ files: [file(ours())] }), shared, 'unknown'],
  ])('someone of another company whom only %s tells is not staff', async (_what, event, envelope, team) => {
    const { ts } = await app.slack.say({ user: 'U0MARCO', channel, text: 'a place to answer' });
    const said = { user: 'U0GUEST', text: mention('let me in'), ts: following(ts), thread_ts: ts };
    await hand({ team: undefined, ...said, ...event() }, envelope);
    expect(await answered(ts)).toContain('U0GUEST: let me in');
    expect(await principal()).toEqual({ kind: 'anonymous', id: `slack:${team}:U0GUEST` });
  });

  it('a colleague who shares a file in a shared channel is staff where the message names our workspace', async () => {
    const { ts } = await app.slack.say({ user: 'U0MARCO', channel, text: 'a place to answer' });
    const said = { user: 'U0LISA', text: mention('look'), ts: following(ts), thread_ts: ts };
    await hand({ ...said, team: ours(), files: [file(ours())] }, shared);
    expect(await answered(ts)).toContain('U0LISA: look');
    expect(await principal()).toEqual({ kind: 'staff', id: `slack:${ours()}:U0LISA` });
  });

  it.each(['file_share', 'me_message', 'thread_broadcast'])('a %s is a message', async (subtype) => {
    const { thread_ts } = await app.ask('hello');
    await app.slack.say({ user: 'U0LISA', channel, thread_ts, text: `as ${subtype}`, subtype });
    await until(
      () => app.replies(channel, thread_ts!).some(({ text }) => text === `U0LISA: as ${subtype}`) || undefined,
      'it',
    );
  });

  it('a reply that is also shown in the channel is one message', async () => {
    const { thread_ts } = await app.ask('hello');
    const { ts } = await app.slack.say({ user: 'U0LISA', channel, thread_ts, text: 'once' });
    await until(() => app.replies(channel, thread_ts!).length === 2 || undefined, 'its reply');
    await unheard(() => hand({ subtype: 'thread_broadcast', user: 'U0LISA', text: 'once', ts, thread_ts, root: {} }));
  });

  it.each(['channel_join', 'channel_topic', 'pinned_item', 'reminder_add', 'slackbot_response', 'huddle_thread'])(
    'a %s is said to nobody',
    async (subtype) => {
      const { thread_ts } = await app.ask('hello');
      await unheard(() => app.slack.say({ user: 'U0LISA', channel, thread_ts, text: mention(subtype), subtype }));
    },
  );
});
