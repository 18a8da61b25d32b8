import { describe, expect, it } from 'vitest';
import { type Action, countSigners, enoughSigned, mayAct } from '../../core/approvals/policy.ts';
import type { Directory } from '../../core/desk/types.ts';
import { createLog } from '../../core/log.ts';
import type { Approval, Origin } from '../../core/records/approvals.ts';
import type { Principal } from '../../core/records/types.ts';
import { deskOf } from '../desks/written-desk.ts';

const staff = (user: string): Principal => ({ kind: 'staff', id: `slack:T0:${user}` });
const lisa = staff('U0LISA');

/** Ann and Ben are bosses, Ann is the owner, Eve is in the user group; everybody else may sign nothing. */
const pay =
  '{ rule: approve, signers: [boss, S0GROUP], when: [{ argument: amount, over: 500, rule: approve, signers: [owner] }] }';

const directory: Directory = {
  async compare(signer, account) {
    const user = account.split(':').at(-1);
    if (signer === user) return { match: 'user', ageMs: 0 };
    if (signer !== 'S0GROUP') return { match: 'none', ageMs: 0 };
    const inGroup = { U0EVE: 'member', U0GRETA: 'guest member' } as const;
    return { match: user === 'U0EVE' || user === 'U0GRETA' ? inGroup[user] : 'none', ageMs: 0 };
  },
  mention: (account) => account,
};
const away: Directory = {
  ...directory,
  compare: (signer, account) =>
    signer.startsWith('S') ? Promise.reject(new Error('ratelimited')) : directory.compare(signer, account),
};

const approvalOf = (change: Partial<Approval> = {}) =>
  ({
    tool: 'shop__pay',
    desk: deskOf(pay).name,
    rule: 'approve',
    state: 'open',
    canonical: '{"amount":80}',
    principal: lisa,
    editor: null,
    details: {},
    quorum: 1,
    signatures: [],
    ...change,
  }) as unknown as Approval;

const signedBy = (...users: string[]): Approval['signatures'] =>
  users.map((user) => ({ account: staff(user).id, person: user, verdict: 'approve', reason: null, at: 0 }));

type Persons = Record<string, string>;
const contextOf = (rule: string, persons: Persons = {}, of = directory) => ({
  desks: [deskOf(rule)],
  people: {
    personOf: (account: string) => persons[account.split(':').at(-1) ?? ''] ?? account,
    accountsOf: (account: string) => [account],
  },
  directory: of,
  log: createLog({ level: 'fatal' }),
});

async function may(
  who: Principal,
  action: Action,
  change: Partial<Approval> = {},
  rule = pay,
  persons?: Persons,
  of?: Directory,
) {
  const permission = await mayAct(contextOf(rule, persons, of), approvalOf(change), who, action);
  return permission.kind === 'yes' ? 'yes' : permission.refusal.why;
}

const confirm = { rule: 'confirm' as const };
const unknown = { state: 'unknown' as const };
const own = '{ rule: approve, signers: [boss, U0LISA], own: true }';
const strict = '{ rule: approve, signers: [boss, U0LISA], edited: false }';
const stranger: Principal = { kind: 'anonymous', id: lisa.id };
const withOrigins = (amount: Origin[], ...writers: string[]) =>
  ({
    details: { origins: { values: { amount }, writers: writers.map((user) => staff(user).id) } },
  }) as unknown as Partial<Approval>;
const nobody: Origin = { kind: 'nobody' };
const changedBy = (user: string): Origin => ({ kind: 'editor', account: staff(user).id });
const person = (...by: Principal[]): Origin => ({ kind: 'person', by, at: null });
/** An amount that these users said. */
const saidBy = (...users: string[]) => withOrigins([person(...users.map(staff))], ...users);

describe('the people who may', () => {
  type Row = [who: Principal, action: Action, approval: Partial<Approval>, rule: string, outcome: string];
  const rows: Row[] = [
    // A signature: by role, by group, by the rule of that very call, and never by a name alone.
    [staff('U0ANN'), 'approve', {}, pay, 'yes'],
    [staff('U0BEN'), 'approve', {}, pay, 'yes'],
    [staff('U0EVE'), 'approve', {}, pay, 'yes'],
    [staff('U0ZOE'), 'approve', {}, pay, 'not_signer'],
    [staff('boss'), 'approve', {}, pay, 'not_signer'],
    [staff('U0ANN'), 'approve', { canonical: '{"amount":501}' }, pay, 'yes'],
    [staff('U0BEN'), 'approve', { canonical: '{"amount":501}' }, pay, 'not_signer'],
    [staff('U0ZOE'), 'reject', {}, pay, 'not_signer'],
    [staff('U0ZOE'), 'edit', {}, pay, 'not_signer'],
    [{ kind: 'customer', id: 'email:ann@x.example' }, 'approve', {}, pay, 'not_signer'],
    [{ kind: 'service', id: 'key:ann' }, 'approve', {}, pay, 'not_signer'],
    // Four eyes, unless the desk says otherwise; who may sign may always reject.
    [lisa, 'approve', {}, strict, 'own'],
    [lisa, 'reject', {}, strict, 'yes'],
    [lisa, 'approve', {}, own, 'yes'],
    [staff('U0ANN'), 'approve', { editor: staff('U0ANN').id }, strict, 'edited'],
    [staff('U0ANN'), 'reject', { editor: staff('U0ANN').id }, strict, 'yes'],
    [staff('U0ANN'), 'approve', { editor: staff('U0ANN').id }, pay, 'yes'],
    [staff('U0ANN'), 'approve', { quorum: 2, signatures: signedBy('U0ANN') }, pay, 'signed_already'],
    [staff('U0ANN'), 'reject', { quorum: 2, signatures: signedBy('U0ANN') }, pay, 'yes'],
    // Who alone said a value of it asked for it as much as the requester did.
    [staff('U0ANN'), 'approve', saidBy('U0ANN'), strict, 'author'],
    [staff('U0ANN'), 'settle', { ...unknown, ...saidBy('U0ANN') }, strict, 'author'],
    [staff('U0ANN'), 'reject', saidBy('U0ANN'), strict, 'yes'],
    [staff('U0ANN'), 'approve', saidBy('U0ANN', 'U0BEN'), strict, 'yes'],
    [staff('U0BEN'), 'approve', saidBy('U0ANN'), strict, 'yes'],
    [staff('U0ANN'), 'approve', saidBy('U0ANN'), own, 'yes'],
    [staff('U0ANN'), 'approve', withOrigins([person(staff('U0BEN')), person(staff('U0ANN'))]), strict, 'author'],
    [staff('U0ANN'), 'approve', withOrigins([{ kind: 'tool', tool: 'shop__look_up' }], 'U0ANN'), strict, 'yes'],
    // An unverified sender is no other person, and not the requester either.
    [staff('U0ANN'), 'approve', withOrigins([person(staff('U0ANN'), stranger)]), strict, 'author'],
    // What nobody is known to have said may come from whoever wrote in the thread: they do not sign it alone.
    [staff('U0ANN'), 'approve', withOrigins([nobody], 'U0ANN'), strict, 'unsaid'],
    [staff('U0ANN'), 'approve', withOrigins([person(stranger)], 'U0ANN'), strict, 'unsaid'],
    [staff('U0BEN'), 'approve', withOrigins([nobody], 'U0ANN'), strict, 'yes'],
    [staff('U0ANN'), 'reject', withOrigins([nobody], 'U0ANN'), strict, 'yes'],
    [staff('U0ANN'), 'settle', { ...unknown, ...withOrigins([nobody], 'U0ANN') }, strict, 'yes'],
    [staff('U0ANN'), 'approve', { ...withOrigins([nobody], 'U0ANN'), quorum: 2 }, strict, 'yes'],
    [staff('U0ANN'), 'approve', withOrigins([nobody], 'U0ANN'), own, 'yes'],
    // Whoever changed an argument has edited the call, also after another edited another argument.
    [staff('U0ANN'), 'approve', { ...withOrigins([changedBy('U0ANN')]), editor: staff('U0BEN').id }, strict, 'edited'],
    [staff('U0ANN'), 'approve', withOrigins([changedBy('U0ANN')]), pay, 'yes'],
    // A confirmation is the requester's alone, both ways.
    [lisa, 'approve', confirm, '{ rule: confirm }', 'yes'],
    [lisa, 'reject', confirm, '{ rule: confirm }', 'yes'],
    [lisa, 'edit', confirm, '{ rule: confirm }', 'yes'],
    [staff('U0ANN'), 'approve', confirm, '{ rule: confirm }', 'not_requester'],
    [staff('U0ANN'), 'reject', confirm, '{ rule: confirm }', 'not_requester'],
    [stranger, 'approve', confirm, '{ rule: confirm }', 'foreign'],
    // The rules of today count.
    [staff('U0ANN'), 'approve', {}, '{ rule: deny }', 'forbidden_now'],
    [staff('U0ANN'), 'approve', { tool: 'shop__gone' }, pay, 'forbidden_now'],
    [lisa, 'approve', confirm, pay, 'signature_needed_now'],
    [staff('U0ANN'), 'approve', { desk: 'gone' }, pay, 'desk_gone'],
    // What happened can be said by those who may sign, even where the rules of today know the call no more.
    [staff('U0ANN'), 'settle', unknown, pay, 'yes'],
    [staff('U0ANN'), 'send_again', unknown, pay, 'yes'],
    [staff('U0ANN'), 'send_again', { ...unknown, quorum: 2 }, pay, 'needs_signatures'],
    [staff('U0ANN'), 'settle', { ...unknown, quorum: 2 }, pay, 'yes'],
    [staff('U0ZOE'), 'settle', unknown, pay, 'not_settler'],
    [staff('U0ANN'), 'settle', unknown, '{ rule: deny }', 'yes'],
    [staff('U0ANN'), 'settle', { ...unknown, tool: 'shop__gone' }, pay, 'yes'],
    [staff('U0EVE'), 'settle', { ...unknown, tool: 'shop__gone' }, pay, 'yes'],
    [staff('U0ZOE'), 'settle', { ...unknown, tool: 'shop__gone' }, pay, 'not_settler'],
    [lisa, 'settle', unknown, strict, 'own'],
    [lisa, 'settle', { ...unknown, tool: 'shop__gone' }, strict, 'own'],
    [staff('U0ANN'), 'settle', { ...unknown, editor: staff('U0ANN').id }, strict, 'edited'],
    [lisa, 'settle', { ...unknown, ...confirm }, '{ rule: deny }', 'yes'],
    [staff('U0ANN'), 'settle', { ...unknown, ...confirm }, '{ rule: confirm }', 'yes'],
    [stranger, 'settle', { ...unknown, ...confirm }, '{ rule: confirm }', 'foreign'],
  ];

  it.each(rows)('%j %s, where the request is %j and the rule %s: %s', async (who, action, approval, rule, outcome) => {
    expect(await may(who, action, approval, rule)).toBe(outcome);
  });

  it('sign follows the asker of the record, and not the one who clicks', async () => {
    const rule = '{ rule: approve, when: [{ asked_by: customer, rule: approve, signers: [owner] }] }';
    const theirs = { principal: { kind: 'customer' as const, id: 'CUST-1' } };
    expect([
      await may(staff('U0BEN'), 'approve', {}, rule),
      await may(staff('U0BEN'), 'approve', theirs, rule),
    ]).toEqual(['yes', 'not_signer']);
    expect(await may(staff('U0ANN'), 'approve', theirs, rule)).toBe('yes');
  });

  it('sign is nobody of a user group that Slack does not tell, and whoever is named all the same', async () => {
    expect(await may(staff('U0EVE'), 'approve', {}, pay, {}, away)).toBe('directory_away');
    expect(await may(staff('U0ANN'), 'approve', {}, pay, {}, away)).toBe('yes');
  });
});

describe('each kind of account', () => {
  const actions: Action[] = ['approve', 'reject', 'edit', 'settle'];
  const kinds: Principal['kind'][] = ['staff', 'guest', 'customer', 'service', 'anonymous'];
  const answers = (who: Principal, change: Partial<Approval>, rule: string) =>
    Promise.all(
      actions.map((action) => may(who, action, { ...change, ...(action === 'settle' ? unknown : {}) }, rule)),
    );

  it.each<[Principal['kind'], string[]]>([
    ['staff', ['yes', 'yes', 'yes', 'yes']],
    ['guest', ['yes', 'yes', 'yes', 'yes']],
    ['customer', ['not_signer', 'not_signer', 'not_signer', 'not_settler']],
    ['service', ['not_signer', 'not_signer', 'not_signer', 'not_settler']],
    ['anonymous', ['foreign', 'foreign', 'foreign', 'foreign']],
  ])('%s with the id of a signer may approve, reject, edit and settle: %j', async (kind, expected) => {
    expect(await answers({ kind, id: staff('U0ANN').id }, {}, pay)).toEqual(expected);
    expect(await answers({ kind, id: 'U0ANN' }, {}, pay)).toEqual(expected);
  });

  it.each<[Principal['kind'], string[]]>([
    ['staff', ['yes', 'yes', 'yes', 'yes']],
    ['guest', ['not_signer', 'not_signer', 'not_signer', 'not_settler']],
    ['customer', ['not_signer', 'not_signer', 'not_signer', 'not_settler']],
    ['service', ['not_signer', 'not_signer', 'not_signer', 'not_settler']],
    ['anonymous', ['foreign', 'foreign', 'foreign', 'foreign']],
  ])('%s with the id of a member of the user group: %j', async (kind, expected) => {
    expect(await answers({ kind, id: staff('U0EVE').id }, {}, pay)).toEqual(expected);
  });

  it.each(kinds)('%s with the id of a guest in the user group may do nothing', async (kind) => {
    expect(await answers({ kind, id: staff('U0GRETA').id }, {}, pay)).not.toContain('yes');
  });

  it.each(kinds)(
    '%s may do with their own question what they may, and with that of another kind nothing',
    async (kind) => {
      const who = { kind, id: lisa.id };
      const isKnown = kind !== 'anonymous';
      const inWorkspace = ['staff', 'guest'];
      for (const principal of kinds.map((other) => ({ kind: other, id: lisa.id }))) {
        const may = await answers(who, { ...confirm, principal }, '{ rule: confirm }');
        // A person counts as a guest while Slack does not say what they are.
        const isSame = principal.kind === kind || [principal.kind, kind].every((one) => inWorkspace.includes(one));
        const isTheirs = isKnown && isSame;
        expect(may).toEqual(
          isTheirs
            ? ['yes', 'yes', 'yes', 'yes']
            : isKnown
              ? ['not_requester', 'not_requester', 'not_requester', 'not_settler']
              : ['foreign', 'foreign', 'foreign', 'foreign'],
        );
      }
    },
  );
});

describe('one human with several accounts, by people.yaml as it is today', () => {
  const two = { U0LISA: 'lisa', U0ANN: 'lisa' };

  it('does not sign or settle what they asked for under another account', async () => {
    expect(await may(staff('U0ANN'), 'approve')).toBe('yes');
    expect(await may(staff('U0ANN'), 'approve', {}, pay, two)).toBe('own');
    expect(await may(staff('U0ANN'), 'settle', unknown, pay, two)).toBe('own');
  });

  it('does not sign what they edited under another account', async () => {
    const edited = { editor: staff('U0BEN').id };
    expect(await may(staff('U0ANN'), 'approve', edited, strict)).toBe('yes');
    expect(await may(staff('U0ANN'), 'approve', edited, strict, { U0ANN: 'ann', U0BEN: 'ann' })).toBe('edited');
  });

  it('does not sign what they alone said, from however many accounts', async () => {
    const both = saidBy('U0ANN', 'U0BEN');
    expect(await may(staff('U0ANN'), 'approve', both)).toBe('yes');
    expect(await may(staff('U0ANN'), 'approve', both, pay, { U0ANN: 'ann', U0BEN: 'ann' })).toBe('author');
    const theirs = withOrigins([nobody], 'U0BEN');
    expect(await may(staff('U0ANN'), 'approve', theirs, pay, { U0ANN: 'ann', U0BEN: 'ann' })).toBe('unsaid');
  });

  it('as the requester bars nobody by what they wrote under another account', async () => {
    expect(
      await may(staff('U0ANN'), 'approve', saidBy('U0ANN', 'U0LISA2'), pay, { U0LISA2: 'lisa', U0LISA: 'lisa' }),
    ).toBe('yes');
  });

  it('confirms what they asked for under another account', async () => {
    expect(await may(staff('U0ANN'), 'approve', confirm, '{ rule: confirm }', two)).toBe('yes');
  });

  it('counts once, and signs once', async () => {
    const both = { quorum: 2, signatures: signedBy('U0ANN', 'U0BEN') };
    const same = { U0ANN: 'ann', U0BEN: 'ann' };
    expect(await countSigners(contextOf(pay), approvalOf(both))).toEqual({ kind: 'counted', persons: 2 });
    expect(await countSigners(contextOf(pay, same), approvalOf(both))).toEqual({ kind: 'counted', persons: 1 });
    const one = { quorum: 2, signatures: signedBy('U0ANN') };
    expect(await may(staff('U0BEN'), 'approve', one, pay, same)).toBe('signed_already');
  });
});

describe('a signature given earlier', () => {
  const signed = approvalOf({ quorum: 2, signatures: signedBy('U0ANN', 'U0EVE') });

  it('counts only while its signer may still sign', async () => {
    expect(await countSigners(contextOf(pay), signed)).toEqual({ kind: 'counted', persons: 2 });
    const onlyGroup = '{ rule: approve, signers: [S0GROUP] }';
    expect(await countSigners(contextOf(onlyGroup), signed)).toEqual({ kind: 'counted', persons: 1 });
  });

  it('counts no more once its signer turns out to be the asker', async () => {
    const asAsker = { U0ANN: 'lisa', U0LISA: 'lisa' };
    expect(await countSigners(contextOf(pay, asAsker), signed)).toEqual({ kind: 'counted', persons: 1 });
  });

  it('cannot be counted while Slack does not tell who is in the group', async () => {
    expect(await countSigners(contextOf(pay, {}, away), signed)).toEqual({ kind: 'away' });
  });
});

describe('a call of unknown outcome whose desk is gone', () => {
  const gone = { ...unknown, desk: 'gone' };
  const signed = { ...gone, signatures: signedBy('U0ANN') };

  it.each<[string, Principal, Action, Partial<Approval>, Persons, string]>([
    ['is settled by who signed it', staff('U0ANN'), 'settle', signed, {}, 'yes'],
    [
      'is settled by another account of theirs',
      staff('U0ANN2'),
      'settle',
      signed,
      { U0ANN: 'ann', U0ANN2: 'ann' },
      'yes',
    ],
    ['is not settled by others', staff('U0BEN'), 'settle', signed, {}, 'not_settler'],
    ['is not settled by the requester', lisa, 'settle', { ...gone, signatures: signedBy('U0LISA') }, {}, 'own'],
    ['is settled by the requester who confirmed it', lisa, 'settle', { ...signed, ...confirm }, {}, 'yes'],
    ['is not sent again', staff('U0ANN'), 'send_again', signed, {}, 'desk_gone'],
  ])('%s', async (_, who, action, change, persons, expected) => {
    expect(await may(who, action, change, pay, persons)).toBe(expected);
  });
});

it('a yes counts no more once people.yaml gives the account to another person', async () => {
  const confirmed = approvalOf({ ...confirm, signatures: signedBy('U0LISA2') });
  const same = { U0LISA: 'lisa', U0LISA2: 'lisa' };
  expect(await enoughSigned(contextOf(pay, same), confirmed)).toBe('yes');
  expect(await enoughSigned(contextOf(pay), confirmed)).toBe('no');
});
