import { subscribe } from './changes.ts';
import { isIn } from './rooms.ts';
import { fileFor, type ReadFile } from './sharing.ts';
import { channelOf, mustHave } from './speaking.ts';
import { liveReplies } from './state.ts';
import type { State } from './state-type.ts';
import { settleStream } from './streams.ts';
import type {
  ChangeListener,
  Channel,
  Ephemeral,
  OpenView,
  SlackMessage,
  StoredView,
  Suggested,
  ThreadStatus,
  User,
} from './types.ts';

export type Screens = ReturnType<typeof createScreens>;

/** The screens of people. */
export function createScreens(state: State) {
  return {
    /** Messages that only this person sees, oldest first. */
    ephemerals: (user: string): Ephemeral[] => state.ephemerals.filter((one) => one.user === user),
    /** The forms on a person's screen. */
    openViews: (user: string): OpenView[] => [...state.views.values()].filter((view) => view.user === user),
    /** The Home tab as the app published it. */
    home: (user: string): Record<string, unknown> | undefined => homeOf(state, user)?.view,
    /** With its id, which a press on its buttons needs. */
    homeView: (user: string): StoredView | undefined => homeOf(state, user),
    /** Prompts in a person's Messages tab. */
    prompts(user: string): Suggested | undefined {
      mustHave(state, user);
      const own = [...state.channels.values()].find(({ kind, people }) => kind === 'im' && people?.has(user));
      return own && state.prompts.get(own.id);
    },
    people: (): User[] => [...state.users.values()],
    /** The channels that a person is in, direct messages included. */
    channels: (user: string): Channel[] => [...state.channels.values()].filter((channel) => isIn(state, channel, user)),
    statuses: (): ThreadStatus[] => [...state.statuses.values()],
    /** Messages as a person sees them, oldest first: a whole channel with replies, or one thread with its first message. */
    messages: (channel: string, threadTs?: string): SlackMessage[] => seen(state, channelOf(state, channel), threadTs),
    /** A file with its bytes, for members of the channel where it was shared. */
    file: (user: string, id: string): Promise<ReadFile | undefined> => fileFor(state, user, id),
    /** Returns a function that ends the subscription. */
    onChange: (listener: ChangeListener): (() => void) => subscribe(state, listener),
  };
}

function homeOf(state: State, user: string): StoredView | undefined {
  mustHave(state, user);
  return state.homes.get(user);
}

function seen(state: State, channel: Channel, threadTs?: string): SlackMessage[] {
  const root = threadTs === undefined ? undefined : channel.byTs.get(threadTs);
  const listed = threadTs === undefined ? channel.log : [...(root ? [root] : []), ...liveReplies(channel, threadTs)];
  return listed
    .filter((message) => !message.deleted)
    .map((message) => {
      settleStream(state, message);
      return { ...message };
    });
}
