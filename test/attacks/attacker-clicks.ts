import { until } from '../support/app.ts';
import { ownDesk } from './attacker-desks.ts';
import { accountOf, atOwnDesk, type Draft, order, otherId, type Scene, slackAccount } from './attacker-draft.ts';
import { forgeClick, forgeForm } from './attacker-forge.ts';
import type { ShownCard } from './attacker-talk.ts';

const moneyOf = (mark: string) => ({ customer_id: otherId(mark), amount: 900 });

/** Lisa's transfer waits for Marco; then somebody sends a click that no screen offers. */
const forged = (name: string, act: (scene: Scene, card: ShownCard) => Promise<unknown>, signed: string[] = []): Draft =>
  atOwnDesk(
    name,
    (mark) => ownDesk(mark, ['transfer: { effect: keyed, rule: approve }', 'pay: { effect: keyed, rule: approve }']),
    async (scene) => {
      await scene.talk.say(order(scene.mark, signed[0] === 'pay' ? 'pay' : 'transfer', moneyOf(scene.mark)));
      await scene.talk.cards('approval.approve');
      await act(scene, scene.talk.card('approval.approve')!);
    },
    { signed },
  );

const spoiled = (name: string, how: (card: ShownCard) => object): Draft =>
  forged(`a click with a NUL in its ${name} is malformed`, async ({ attacked }, card) => {
    const status = await forgeClick(attacked, card, 'approval.approve', how(card));
    if (status !== 400) throw new Error(`it got ${status}`);
  });

const clicks: Draft[] = [
  spoiled('value', ({ approval }) => ({ value: `${approval}\0` })),
  spoiled('user', () => ({ user: 'U0MARCO\0' })),
  forged('a click on an id that nobody knows signs nothing and goes on record', async ({ attacked, mark }, card) => {
    const approval = `apr_invented_${mark}`;
    await forgeClick(attacked, card, 'approval.approve', { value: approval });
    const { db, slack } = attacked.app.context;
    const lines = await db.read(slack!.identity.teamId, (tx) => tx.auditContent.findMany({ where: { approval } }));
    if (lines.length !== 1) throw new Error(`the audit has ${lines.length} lines of it`);
  }),
  forged("a signer of another desk does not sign by this one's id", async ({ attacked, mark }, card) => {
    const tools = [
      'transfer: { effect: keyed, rule: approve }',
      'pay: { effect: keyed, rule: approve, signers: [U0JONAS] }',
    ];
    attacked.rewriteDesk(mark, ownDesk(mark, tools));
    await forgeClick(attacked, card, 'approval.approve', { user: 'U0JONAS' });
  }),
  ...['approval.yes', 'approval.happened', 'approval.again'].map((action) =>
    forged(`the requester's ${action} on a card to sign does nothing`, ({ attacked }, card) =>
      forgeClick(attacked, card, action, { user: 'U0LISA' }),
    ),
  ),
  forged("a signer's approval.again before anything was sent does nothing", ({ attacked }, card) =>
    forgeClick(attacked, card, 'approval.again'),
  ),
  forged(
    'a signature that is sent five times moves money once',
    ({ attacked }, card) => Promise.all([1, 2, 3, 4, 5].map(() => forgeClick(attacked, card, 'approval.approve'))),
    ['transfer'],
  ),
  forged(
    'a call that is done is not sent again',
    async ({ attacked, talk }, card) => {
      await talk.click('U0MARCO', 'approval.approve');
      await talk.next();
      for (const action of ['approval.approve', 'approval.yes', 'approval.again'])
        await forgeClick(attacked, card, action);
    },
    ['transfer'],
  ),
  forged('a rejected call is not signed after all', async ({ attacked, talk }, card) => {
    await talk.reject('U0MARCO');
    await talk.next();
    await forgeClick(attacked, card, 'approval.approve');
  }),
  forged(
    'a form of somebody who may not sign changes nothing',
    async ({ attacked, talk, mark }, card) => {
      const values = { 'argument.0': '90000', 'argument.1': otherId(mark), 'argument.2': mark };
      await forgeForm(attacked, card, 'approval.edit', { user: 'U0JONAS', values });
      await talk.click('U0MARCO', 'approval.approve');
      await talk.next();
      const [line] = attacked.reached().filter(({ args }) => args.ref === mark);
      if (line?.args.amount !== 900) throw new Error(`${JSON.stringify(line?.args)} went out`);
    },
    ['pay'],
  ),
];

type Lost = { quorum?: number; isOwnAsker?: boolean };

/** A wire was signed and sent, and nobody knows what became of it. */
const lost = (
  name: string,
  act: (scene: Scene, card: ShownCard) => Promise<unknown>,
  { quorum = 1, isOwnAsker = false }: Lost = {},
  signed = ['wire'],
): Draft =>
  atOwnDesk(
    `of a call of unknown outcome, ${name}`,
    (mark) =>
      ownDesk(mark, [`wire: { effect: once, rule: approve, quorum: ${quorum} }`], {
        signers: '[U0MARCO, U0PRIYA, U0LISA]',
      }),
    async (scene) => {
      const { talk, mark, attacked } = scene;
      const asker = isOwnAsker ? accountOf(mark, 'ONE') : 'U0LISA';
      attacked.app.slack.addUser(asker);
      attacked.bank.lost.add(`wire ${mark}`);
      await talk.say(order(mark, 'wire', moneyOf(mark)), asker);
      await talk.cards('approval.approve');
      for (const signer of ['U0MARCO', 'U0PRIYA'].slice(0, quorum)) await talk.click(signer, 'approval.approve');
      await talk.cards('approval.again');
      await act(scene, talk.card('approval.again')!);
    },
    { signed },
  );

const again =
  (user: string) =>
  ({ attacked }: Scene, card: ShownCard) =>
    forgeClick(attacked, card, 'approval.again', { user });

const unknowns: Draft[] = [
  lost('the requester does not send their own again', again('U0LISA')),
  lost('somebody who may not sign does not send it again', again('U0JONAS')),
  lost('somebody of another company does not send it again', ({ attacked }, card) =>
    forgeClick(attacked, card, 'approval.again', { user: 'U0GUEST', userTeam: 'T0OTHER' }),
  ),
  lost(
    "the requester's second account does not send it again",
    async (scene, card) => {
      const [first, second] = ['ONE', 'TWO'].map((name) => accountOf(scene.mark, name)) as [string, string];
      scene.attacked.app.slack.addUser(second);
      const tools = ['wire: { effect: once, rule: approve }'];
      scene.attacked.rewriteDesk(scene.mark, ownDesk(scene.mark, tools, { signers: `[U0MARCO, ${second}]` }));
      scene.attacked.onePerson(slackAccount(scene, first), slackAccount(scene, second));
      await again(second)(scene, card);
    },
    { isOwnAsker: true },
  ),
  lost('one of two signers does not send it again alone', again('U0MARCO'), { quorum: 2 }),
  lost('a signature does not send it again', ({ attacked }, card) =>
    forgeClick(attacked, card, 'approval.approve', { user: 'U0PRIYA' }),
  ),
  lost("the requester's yes does not send it again", ({ talk }) => talk.say('yes')),
  lost('nobody sends it again where the rule forbids it now', async (scene, card) => {
    scene.attacked.rewriteDesk(scene.mark, ownDesk(scene.mark, ['wire: { effect: once, rule: deny }']));
    await again('U0MARCO')(scene, card);
  }),
  lost('nobody sends it again after somebody said that it happened', async (scene, card) => {
    await forgeClick(scene.attacked, card, 'approval.happened', { user: 'U0MARCO' });
    await again('U0PRIYA')(scene, card);
  }),
  lost(
    'two who send it again at once send it once',
    async ({ attacked, mark, talk }, card) => {
      attacked.bank.lost.delete(`wire ${mark}`);
      await Promise.all(['U0MARCO', 'U0PRIYA'].map((user) => forgeClick(attacked, card, 'approval.again', { user })));
      await until(() => attacked.bank.ledger.filter(({ args }) => args.ref === mark).length > 1 || undefined, 'it');
      await talk.next();
    },
    {},
    ['wire', 'wire'],
  ),
];

export const clicksAndUnknowns: Draft[] = [...clicks, ...unknowns];
