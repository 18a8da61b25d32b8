import { openFaults } from './faults/faults.ts';
import { faultySlack } from './faults/slack.ts';
import { openToolFaults, type ToolFaults } from './faults/tools.ts';
import type { FaultParts, FaultRecords } from './faults/types.ts';
import { type MailParts, openMailPort } from './mail/port.ts';
import type { StandInModel } from './model/stand-in.ts';
import type { PlaygroundPorts } from './ports.ts';
import type { SlackWorkspace } from './slack/workspace.ts';
import { watchDeliveries } from './story/deliveries.ts';
import { type RecordedStory, storyOf } from './story/story.ts';
import { watchWork } from './story/work.ts';

/** The product as far as the playground shows and disturbs it. */
export type Product = Pick<PlaygroundPorts, 'desks' | 'approvalsChannel' | 'commands'> &
  Pick<FaultParts, 'toolServers' | 'inner' | 'worker'> & {
    modelName: string;
    /** Null where the mailbox is a real one. */
    mail: MailParts | null;
    records: FaultRecords;
    /** The records of a thread; null if there are none. */
    timeline(channel: string, thread: string, nameOf: (account: string) => string): Promise<RecordedStory | null>;
    waiting(users: { id: string; teamId: string }[]): Promise<Record<string, number>>;
  };

export type Playground = {
  ports: PlaygroundPorts;
  /** Stands between the product and each of its tool servers. */
  through: ToolFaults['through'];
  close(): Promise<void>;
};

export function openPlayground(product: Product, workspace: SlackWorkspace, model: StandInModel | null): Playground {
  const { desks, approvalsChannel, commands, modelName } = product;
  const seen = watchWork();
  const deliveries = watchDeliveries(workspace);
  const tools = openToolFaults();
  const slack = faultySlack(workspace, deliveries);
  const faults = openFaults({ ...product, seen, tools, slack, model: model?.faults ?? null });
  const nameOf = (account: string) => nameIn(workspace, account);
  return {
    ports: {
      ...{ desks, approvalsChannel, commands, faults },
      mail: product.mail && openMailPort(product.mail),
      model: { standIn: model !== null, name: modelName },
      pageOpened: () => model?.warmUp(),
      async story(channel, thread) {
        const told = await product.timeline(channel, thread, nameOf);
        return told ? storyOf(told, { seen, deliveries }) : [];
      },
      waiting: () => product.waiting(workspace.people().filter(({ isBot }) => !isBot)),
    },
    through: tools.through,
    async close() {
      await faults.close();
      deliveries.close();
      seen.close();
    },
  };
}

/** An account ends with a person's id. */
function nameIn(workspace: SlackWorkspace, account: string): string {
  const id = account.split(':').at(-1);
  return workspace.people().find((person) => person.id === id)?.realName ?? account;
}
