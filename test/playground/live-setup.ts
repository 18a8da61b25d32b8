import { afterEach } from 'vitest';
import { openLive } from '../../playground/live/live.ts';
import type { FaultsState, ServerFrame, StoryRow } from '../../playground/page/protocol.ts';
import type { PlaygroundPorts } from '../../playground/ports.ts';
import type { SlackWorkspace } from '../../playground/slack/workspace.ts';

export type Page = {
  frames: ServerFrame[];
  /** All frames of a type, oldest first. */
  of<T extends ServerFrame['type']>(type: T): Extract<ServerFrame, { type: T }>[];
  ask(frame: unknown): void;
  close(): void;
};

/** What the product's side says, which the test may change while pages look. */
export type ScriptedPorts = PlaygroundPorts & {
  rows: StoryRow[];
  counts: Record<string, number>;
  looks: { channel: string; thread: string }[];
  opened: number;
  level(level: FaultsState['slack']): void;
};

export function ports(): ScriptedPorts {
  const listeners = new Set<() => void>();
  let faults: FaultsState = {
    slack: 'ok',
    model: 'ok',
    tools: { jewelryops: 'ok' },
    threefold: false,
    worker: { kind: 'inner' },
    log: [],
  };
  const scripted: ScriptedPorts = {
    rows: [],
    counts: {},
    looks: [],
    opened: 0,
    desks: () => [
      { name: 'jewelry', title: 'Jewelry operations', channels: '*', directMessages: true, examples: ['Who is Lisa?'] },
      { name: 'bank', title: 'Bank', channels: ['C0BANK'], directMessages: false, examples: ["What's my balance?"] },
    ],
    approvalsChannel: 'C0APPROVALS',
    model: { standIn: true, name: 'stand-in' },
    commands: [{ name: '/countersign', about: 'what waits for you' }],
    mail: null,
    async story(channel, thread) {
      scripted.looks.push({ channel, thread });
      return scripted.rows;
    },
    waiting: async () => scripted.counts,
    faults: {
      state: () => faults,
      order: async () => faults,
      onChange(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    pageOpened() {
      scripted.opened += 1;
    },
    level(slack) {
      faults = { ...faults, slack };
      for (const listener of listeners) listener();
    },
  };
  return scripted;
}

const pages: Page[] = [];

afterEach(() => {
  for (const page of pages.splice(0)) page.close();
});

/** The page of one person, open until the test ends. */
export function look(workspace: SlackWorkspace, user: string, scripted = ports()): Page {
  const frames: ServerFrame[] = [];
  // As over a WebSocket: what changes later does not change a frame that was sent.
  const live = openLive({ workspace, ports: scripted }, user, (frame) =>
    frames.push(JSON.parse(JSON.stringify(frame))),
  );
  const page: Page = {
    frames,
    of: <T extends ServerFrame['type']>(type: T) =>
      frames.filter((frame): frame is Extract<ServerFrame, { type: T }> => frame.type === type),
    ask: live.receive,
    close: live.close,
  };
  pages.push(page);
  return page;
}
