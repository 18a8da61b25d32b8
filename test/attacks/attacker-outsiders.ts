import { ownDesk } from './attacker-desks.ts';
import { accountOf, atOwnDesk, type Draft, note, order, otherId, type Scene, slackAccount } from './attacker-draft.ts';
import { forgeClick, forgeMessage } from './attacker-forge.ts';

const theirs = 'T0OTHER';
const notes = (mark: string) => ownDesk(mark, ['note: { effect: keyed, rule: confirm }']);

/** What Slack leaves out, or says elsewhere, of an author from another company. */
const strangers: [name: string, author: Record<string, unknown>][] = [
  ['nothing about the company', {}],
  ['the company at a file only', { subtype: 'file_share', files: [{ id: 'F1', user_team: theirs }] }],
  ['the company as source_team only', { source_team: theirs }],
  ['our own team beside user_team', { team: 'T0PLAYGROUND', user_team: theirs }],
];

/** Somebody of another company writes in a channel that it shares with us. */
async function writeAs({ attacked, talk, mark }: Scene, user: string, author: object, text: string): Promise<void> {
  await forgeMessage(attacked, { mark, root: talk.root(), text }, { user, ...author }, { shared: true });
  await talk.next();
}

const outsiders: Draft[] = strangers.flatMap(([name, author]) => [
  atOwnDesk(`an outsider of whom Slack says ${name} gets no question to confirm`, notes, async (scene) => {
    await scene.talk.say(`We talk about ${scene.mark}`, 'U0PRIYA');
    await writeAs(scene, 'U0GUEST', author, note(scene.mark));
    await writeAs(scene, 'U0GUEST', author, 'yes');
  }),
  atOwnDesk(`a namesake of whom Slack says ${name} does not confirm for the requester`, notes, async (scene) => {
    await scene.talk.say(note(scene.mark));
    await scene.talk.cards('approval.yes');
    await writeAs(scene, 'U0LISA', author, 'yes');
  }),
]);

const namesakes: Draft[] = [
  ['by the team of the user', { userTeam: theirs }],
  ['by the team of the click', { team: theirs }],
].map(([name, teams]) =>
  atOwnDesk(
    `a click of a namesake from another company (${name}) does not sign`,
    (mark) => ownDesk(mark, ['transfer: { effect: keyed, rule: approve }']),
    async ({ talk, mark, attacked }) => {
      await talk.say(order(mark, 'transfer', { customer_id: otherId(mark), amount: 900 }));
      await talk.cards('approval.approve');
      await forgeClick(attacked, talk.card('approval.approve')!, 'approval.approve', teams as object);
    },
  ),
);

/** A guest of this workspace, whom only this case knows. */
function addGuest({ attacked, mark }: Scene): string {
  const guest = accountOf(mark, 'GUEST');
  attacked.app.slack.addUser(guest, { isRestricted: true });
  return guest;
}

const guestsSign = (name: string, desk: (mark: string, group: string) => string): Draft =>
  atOwnDesk(
    `a guest who is in ${name} does not sign`,
    (mark) => desk(mark, `S0${mark.toUpperCase()}`),
    async (scene) => {
      const { talk, mark, attacked } = scene;
      const guest = addGuest(scene);
      attacked.app.slack.addUserGroup(`S0${mark.toUpperCase()}`, [guest]);
      await talk.say(order(mark, 'transfer', { customer_id: otherId(mark), amount: 900 }));
      await talk.cards('approval.approve');
      await talk.click(guest, 'approval.approve');
    },
  );

const transfers = ['transfer: { effect: keyed, rule: approve }'];

const guestsOfOurs: Draft[] = [
  guestsSign('a user group that may', (mark, group) => ownDesk(mark, transfers, { signers: `[${group}]` })),
  guestsSign('a role that may', (mark, group) =>
    ownDesk(mark, transfers, { signers: '[boss]', rest: `roles: { boss: [${group}] }` }),
  ),
  atOwnDesk(
    'a guest of the workspace is no staff to the rules of a desk',
    (mark) => ownDesk(mark, ['note: { effect: keyed, rule: confirm, when: [{ asked_by: guest, rule: deny }] }']),
    async (scene) => {
      const guest = addGuest(scene);
      await scene.talk.say(note(scene.mark), guest);
      await scene.talk.say('yes', guest);
    },
  ),
  atOwnDesk('a guest does not confirm for a colleague, even as the same person', notes, async (scene) => {
    const guest = addGuest(scene);
    const colleague = accountOf(scene.mark, 'ONE');
    scene.attacked.app.slack.addUser(colleague);
    scene.attacked.onePerson(slackAccount(scene, guest), slackAccount(scene, colleague));
    await scene.talk.say(note(scene.mark), colleague);
    await scene.talk.cards('approval.yes');
    await scene.talk.click(guest, 'approval.yes');
    await scene.talk.say('yes', guest);
  }),
];

export const strangersAndGuests: Draft[] = [...outsiders, ...namesakes, ...guestsOfOurs];
