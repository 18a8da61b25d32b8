import type { Principal } from '../../core/records/types.ts';
import { until } from '../support/app.ts';
import { ownDesk } from './attacker-desks.ts';
import { accountOf, atOwnDesk, type Draft, note, order, otherId, type Scene, slackAccount } from './attacker-draft.ts';
import { forgeClick, forgeForm } from './attacker-forge.ts';

const signersOf = (mark: string) => `[${accountOf(mark, 'ONE')}, ${accountOf(mark, 'TWO')}, U0MARCO, U0PRIYA]`;
const deskWith = (tool: string) => (mark: string) => ownDesk(mark, [tool], { signers: signersOf(mark) });

type Pair = { one: string; two: string; link(): void };

/** Two accounts of the workspace that may both sign; `link` says that they are one person's. */
function pairIn(scene: Scene): Pair {
  const [one, two] = ['ONE', 'TWO'].map((name) => accountOf(scene.mark, name)) as [string, string];
  for (const id of [one, two]) scene.attacked.app.slack.addUser(id);
  return { one, two, link: () => scene.attacked.onePerson(slackAccount(scene, one), slackAccount(scene, two)) };
}

const moneyOf = (mark: string) => ({ customer_id: otherId(mark), amount: 900 });

/** People.yaml names the second account before the request, or only when its card is open. */
const whenLinked = (name: string, tool: string, act: (scene: Scene, pair: Pair, open: () => void) => Promise<void>) =>
  [true, false].map((known) =>
    atOwnDesk(`${name}, known ${known ? 'from the start' : 'since the card opened'}`, deskWith(tool), async (scene) => {
      const pair = pairIn(scene);
      if (known) pair.link();
      await act(scene, pair, () => void (known || pair.link()));
    }),
  );

const secondAccounts: Draft[] = [
  ...whenLinked(
    "the requester's second account signs nothing",
    'transfer: { effect: keyed, rule: approve }',
    async ({ talk, mark }, { one, two }, link) => {
      await talk.say(order(mark, 'transfer', moneyOf(mark)), one);
      await talk.cards('approval.approve');
      link();
      await talk.click(two, 'approval.approve');
    },
  ),
  ...whenLinked(
    'two accounts of one person are no two signatures',
    'wire: { effect: once, rule: approve, quorum: 2 }',
    async ({ talk, mark }, { one, two }, link) => {
      await talk.say(order(mark, 'wire', moneyOf(mark)));
      await talk.cards('approval.approve');
      await talk.click(one, 'approval.approve');
      link();
      await talk.click(two, 'approval.approve');
    },
  ),
  ...whenLinked(
    "an editor's second account does not sign the change",
    'pay: { effect: keyed, rule: approve, edited: false }',
    async (scene, { one, two }, link) => {
      await edited(scene, one);
      link();
      await scene.talk.click(two, 'approval.approve');
    },
  ),
  atOwnDesk(
    'an editor does not sign their own change',
    deskWith('pay: { effect: keyed, rule: approve, edited: false }'),
    async (scene) => {
      const { one } = pairIn(scene);
      await edited(scene, one);
      await scene.talk.click(one, 'approval.approve');
    },
  ),
  atOwnDesk(
    'a person who wrote as a customer does not sign as a colleague',
    deskWith('transfer: { effect: keyed, rule: approve, customer: customer_id }'),
    async (scene) => {
      const { one } = pairIn(scene);
      const writer: Principal = { kind: 'customer', id: `email:${scene.mark}@shop.example` };
      scene.attacked.onePerson(slackAccount(scene, one), writer.id);
      await scene.talk.write(order(scene.mark, 'transfer', { amount: 900 }), writer);
      await scene.talk.cards('approval.approve');
      await scene.talk.click(one, 'approval.approve');
    },
  ),
];

/** Lisa asks to pay 900, and this person makes it 800. */
async function edited({ talk, mark, attacked }: Scene, editor: string): Promise<void> {
  await talk.say(order(mark, 'pay', moneyOf(mark)));
  await talk.cards('approval.approve');
  const before = talk.card('approval.approve')!;
  const values = { 'argument.0': '800', 'argument.1': otherId(mark), 'argument.2': mark };
  await forgeForm(attacked, before, 'approval.edit', { user: editor, values });
  const isNew = () => talk.allCards('approval.approve').some(({ approval }) => approval !== before.approval);
  await until(() => isNew() || undefined, `the changed request of ${mark}`);
}

const twoOfThem = (mark: string, signers: string) =>
  ownDesk(mark, ['wire: { effect: once, rule: approve, quorum: 2 }'], { signers });

/** The desk's file changes while a request is open; `null` takes the desk away. */
const changed = (
  name: string,
  before: string,
  after: string | null,
  ask: (mark: string) => string,
  sign: (scene: Scene) => Promise<void>,
): Draft =>
  atOwnDesk(
    name,
    (mark) => ownDesk(mark, [before]),
    async (scene) => {
      const { talk, mark, attacked } = scene;
      await talk.say(ask(mark));
      await talk.cards(before.includes('rule: confirm') ? 'approval.yes' : 'approval.approve');
      attacked.rewriteDesk(mark, after === null ? undefined : ownDesk(mark, after === '' ? [] : [after]));
      await sign(scene);
    },
  );

const askTransfer = (mark: string) => order(mark, 'transfer', moneyOf(mark));
const signs = async ({ talk }: Scene) => void (await talk.click('U0MARCO', 'approval.approve'));
const clicksYes = async ({ talk }: Scene) => void (await talk.click('U0LISA', 'approval.yes'));
const typesYes = ({ talk }: Scene) => talk.say('yes');

const rulesOfToday: Draft[] = [
  atOwnDesk(
    'a signature counts no more once its signer has lost the role',
    (mark) => twoOfThem(mark, '[U0MARCO, U0PRIYA, U0JONAS]'),
    async ({ talk, mark, attacked }) => {
      await talk.say(order(mark, 'wire', moneyOf(mark)));
      await talk.cards('approval.approve');
      await talk.click('U0MARCO', 'approval.approve');
      attacked.rewriteDesk(mark, twoOfThem(mark, '[U0PRIYA, U0JONAS]'));
      await talk.click('U0PRIYA', 'approval.approve');
    },
  ),
  atOwnDesk(
    'a signer who has lost the role signs nothing',
    (mark) => ownDesk(mark, ['transfer: { effect: keyed, rule: approve }']),
    async (scene) => {
      await scene.talk.say(askTransfer(scene.mark));
      await scene.talk.cards('approval.approve');
      const tools = ['transfer: { effect: keyed, rule: approve }'];
      scene.attacked.rewriteDesk(scene.mark, ownDesk(scene.mark, tools, { signers: '[U0PRIYA]' }));
      await signs(scene);
    },
  ),
  ...[
    ['clicked', clicksYes],
    ['typed', typesYes],
  ].flatMap(([how, yes]) =>
    [
      ['wants a signature now', 'note: { effect: keyed, rule: approve }'],
      ['forbids it now', 'note: { effect: keyed, rule: deny }'],
    ].map(([what, after]) =>
      changed(
        `a ${how} yes is not enough where the rule ${what}`,
        'note: { effect: keyed, rule: confirm }',
        after!,
        note,
        yes as typeof typesYes,
      ),
    ),
  ),
  changed(
    'a yes is not enough where the rule wants a signature from a smaller amount on now',
    'refund: { effect: keyed, rule: confirm, when: [{ argument: amount, over: 50, rule: approve }] }',
    'refund: { effect: keyed, rule: confirm, when: [{ argument: amount, over: 5, rule: approve }] }',
    (mark) => order(mark, 'refund', { customer_id: otherId(mark), amount: 20 }),
    clicksYes,
  ),
  ...(
    [
      ['the rule forbids it now', 'transfer: { effect: keyed, rule: deny }'],
      ['its tool has left the desk', ''],
      ['its desk is gone', null],
    ] as const
  ).map(([what, after]) =>
    changed(
      `a signature moves nothing where ${what}`,
      'transfer: { effect: keyed, rule: approve }',
      after,
      askTransfer,
      signs,
    ),
  ),
  atOwnDesk(
    'a signature that comes after the request has expired moves nothing',
    (mark) => ownDesk(mark, ['transfer: { effect: keyed, rule: approve }'], { approvals: ', hours: 0.001' }),
    async ({ talk, mark, attacked }) => {
      await talk.say(askTransfer(mark));
      await talk.cards('approval.approve');
      const card = talk.card('approval.approve')!;
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      await forgeClick(attacked, card, 'approval.approve');
    },
  ),
];

export const accountsAndRoles: Draft[] = [...secondAccounts, ...rulesOfToday];
