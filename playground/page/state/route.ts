import type { ChannelInfo } from '../protocol.ts';

/** The place that the page shows. It stands in the address, so that the browser's Back works and a reload stays. */
export type Route = {
  /** Null is the list of channels, which only a phone shows alone. */
  place: { kind: 'channel'; channel: string } | { kind: 'home' } | { kind: 'mail'; who: string } | null;
  /** Of the shown channel or mailbox. */
  thread?: string;
  tool?: 'behind' | 'faults';
  /** The thread that *Behind the scenes* follows. */
  watched?: { channel: string; thread: string };
};

/** The thread of a mail that one writes. */
export const NEW = 'new';

export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const asked = new URLSearchParams(query);
  const [channel, thread] = asked.get('watch')?.split(':') ?? [];
  const tool = asked.get('tool');
  return {
    place: placeAt(path),
    ...(asked.get('thread') ? { thread: asked.get('thread') ?? undefined } : {}),
    ...(tool === 'behind' || tool === 'faults' ? { tool } : {}),
    ...(channel && thread ? { watched: { channel, thread } } : {}),
  };
}

function placeAt(path: string): Route['place'] {
  const [, who] = /^mail\/(.+)$/.exec(path) ?? [];
  if (who) return { kind: 'mail', who };
  if (path === '') return null;
  return path === 'home' ? { kind: 'home' } : { kind: 'channel', channel: path };
}

export function writeRoute({ place, thread, tool, watched }: Route): string {
  const query = [
    ...(thread ? [`thread=${thread}`] : []),
    ...(tool ? [`tool=${tool}`] : []),
    ...(watched ? [`watch=${watched.channel}:${watched.thread}`] : []),
  ];
  return `#/${pathOf(place)}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

function pathOf(place: Route['place']): string {
  switch (place?.kind) {
    case 'channel':
      return place.channel;
    case 'home':
      return 'home';
    case 'mail':
      return `mail/${place.who}`;
    case undefined:
      return '';
  }
}

/** *Behind the scenes* follows the thread that is open in the shown place; without one, the thread it followed last. */
export function withBehindPane(route: Route, shown: Route['place']): Route {
  const { thread } = route;
  const watched = shown?.kind === 'channel' && thread ? { channel: shown.channel, thread } : route.watched;
  return { ...route, tool: 'behind', ...(watched ? { watched } : {}) };
}

/** The place that a link of the workspace names: `…/archives/C0BANK/p1732900000000100?thread_ts=…`. */
export function routeOfLink(url: string, workspaceHosts: readonly string[]): Route | null {
  if (!URL.canParse(url)) return null;
  const { hostname, pathname, searchParams } = new URL(url);
  const [, channel, digits] = /\/archives\/([A-Z0-9]+)(?:\/p(\d{7,}))?$/.exec(pathname) ?? [];
  if (!channel || !workspaceHosts.includes(hostname)) return null;
  const ts = digits && `${digits.slice(0, -6)}.${digits.slice(-6)}`;
  const thread = searchParams.get('thread_ts') ?? ts;
  return { place: { kind: 'channel', channel }, ...(thread ? { thread } : {}) };
}

/** The place shown at first: #general, or else the first channel. */
export function placeAtFirst(channels: ChannelInfo[]): Route['place'] {
  const rooms = channels.filter(({ kind }) => kind === 'channel');
  const first = rooms.find(({ name }) => name === 'general') ?? rooms[0] ?? channels[0];
  return first ? { kind: 'channel', channel: first.id } : null;
}
