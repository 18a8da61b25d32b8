import type { PlaygroundDesk, PlaygroundPorts } from './ports.ts';
import type { SlackWorkspace } from './slack/workspace.ts';

const GENERAL = 'C0GENERAL';
const PARTNERS = 'C0NORTHWIND';
const PARTNER_TEAM = 'T0NORTHWIND';

type Wanted = Pick<PlaygroundPorts, 'desks' | 'approvalsChannel'>;

/** People and channels of the stand-in workspace; those that are there already keep what they have. */
export function addPeopleAndChannels(workspace: SlackWorkspace, { desks, approvalsChannel }: Wanted): void {
  workspace.addChannel(GENERAL, { name: 'general' });
  const everywhere = desks().filter(({ channels }) => channels === '*');
  const elsewhere = desks().filter(({ channels }) => channels !== '*');
  for (const desk of [...everywhere, ...elsewhere]) addDeskChannels(workspace, desk);
  if (approvalsChannel) workspace.addChannel(approvalsChannel, { name: 'approvals' });
  workspace.addChannel(PARTNERS, { name: 'with-northwind', sharedWith: [PARTNER_TEAM] });
  addPeople(workspace, desks());
}

function addDeskChannels(workspace: SlackWorkspace, { name, title, channels, approvals }: PlaygroundDesk): void {
  const own = channels === '*' ? [idOf(name)] : channels;
  for (const [at, id] of own.entries()) {
    if (id !== GENERAL)
      workspace.addChannel(id, { name: at === 0 ? channelNameOf(title) : `${channelNameOf(title)}-${at + 1}` });
  }
  if (approvals) workspace.addChannel(approvals, { name: `${channelNameOf(title)}-approvals` });
}

/** A desk that answers everywhere names no channel of its own. */
const idOf = (desk: string): string => `C0${desk.toUpperCase().replace(/[^A-Z0-9]/g, '')}`;

/** A channel name as Slack allows it. */
const channelNameOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 70);

function addPeople(workspace: SlackWorkspace, desks: PlaygroundDesk[]): void {
  const everywhere = desks.find(({ channels }) => channels === '*');
  workspace.addUser('U0LISA', { realName: 'Lisa Brandt', about: 'Works here: asks, but signs nothing' });
  workspace.addUser('U0MARCO', { realName: 'Marco Rossi', about: 'A manager: signs what others ask for' });
  workspace.addUser('U0PRIYA', { realName: 'Priya Nair', about: 'Also a manager: gives the second signature' });
  workspace.addUser('U0JONAS', { realName: 'Jonas Weber', about: 'A third manager: signs when the other two ask' });
  workspace.addUser('U0GRETA', {
    realName: 'Greta Lind',
    about: 'A guest: sees two channels only and signs nothing',
    isRestricted: true,
    channels: [GENERAL, ...(everywhere ? [idOf(everywhere.name)] : [])],
  });
  workspace.addUser('U0OTTO', {
    realName: 'Otto Berg',
    about: 'From another company, in a shared channel: what he clicks is refused',
    teamId: PARTNER_TEAM,
    email: 'otto@northwind.example',
    channels: [PARTNERS],
  });
}
