import { expect, it } from 'vitest';
import { mayAct } from '../../core/approvals/policy.ts';
import { reopen } from '../../core/approvals/reopen.ts';
import { everyoneAlone } from '../../core/desk/people.ts';
import type { Directory } from '../../core/desk/types.ts';
import type { Frozen } from '../../core/gate/types.ts';
import { createLog } from '../../core/log.ts';
import type { Approval } from '../../core/records/approvals.ts';
import { approvalOf } from '../cards/card-setup.ts';
import { deskOf } from '../desks/written-desk.ts';

const desk = deskOf('{ rule: approve, signers: [U0MIA, U0BEN], edited: false }');
const directory: Directory = {
  compare: async (signer, account) => ({ match: account.endsWith(signer) ? 'user' : 'none', ageMs: 0 }),
  mention: (account) => account,
};
const context = {
  desks: [desk],
  people: everyoneAlone,
  directory,
  log: createLog({ level: 'fatal' }),
  env: { confirmationSeconds: 1 },
};
const account = (user: string) => `slack:T0PLAYGROUND:${user}`;

/** The request that replaces this one after this user gave it these arguments. */
function edited(approval: Approval, user: string, args: Record<string, unknown>): Approval {
  const frozen: Frozen = {
    ...{ tool: 'shop__pay', rule: 'approve', effect: 'once', definitionHash: 'd', callHash: 'h', quorum: 1, args },
    ...{ about: '', ruleText: '', first: [], secret: [], sealed: [], seen: [], schema: {} },
    canonical: JSON.stringify(args),
  };
  const { canonical, details, editor } = reopen(context, approval, frozen, {
    editor: account(user),
    replaces: approval.id,
  }).approval;
  return approvalOf({ desk: desk.name, tool: 'shop__pay', canonical, details, editor });
}

it('whoever changed an argument does not sign it, whoever changed another one after them', async () => {
  const asked = approvalOf({ desk: desk.name, tool: 'shop__pay', canonical: '{"amount":10,"limit":5,"note":"a"}' });
  const byMia = edited(asked, 'U0MIA', { amount: 900, note: 'a' });
  const byBen = edited(byMia, 'U0BEN', { amount: 900, note: 'b' });
  const origins = byBen.details.origins?.values;
  expect(origins).toEqual({
    amount: [{ kind: 'editor', account: account('U0MIA') }],
    limit: [{ kind: 'editor', account: account('U0MIA') }],
    note: [{ kind: 'editor', account: account('U0BEN') }],
  });
  for (const user of ['U0MIA', 'U0BEN']) {
    expect(await mayAct(context, byBen, { kind: 'staff', id: account(user) }, 'approve')).toEqual({
      kind: 'no',
      refusal: { why: 'edited' },
    });
  }
});

it('whoever changed only what another changed again may sign', async () => {
  const asked = approvalOf({ desk: desk.name, tool: 'shop__pay', canonical: '{"amount":10}' });
  const byBen = edited(edited(asked, 'U0MIA', { amount: 900 }), 'U0BEN', { amount: 20 });
  expect(await mayAct(context, byBen, { kind: 'staff', id: account('U0MIA') }, 'approve')).toEqual({ kind: 'yes' });
});

it('whoever said a row of a list does not sign it after another row was changed', async () => {
  const rows = (amount: number) => ({ rows: [{ id: 'ORD-1', amount: 900 }, { amount }] });
  const asked = approvalOf({ desk: desk.name, tool: 'shop__pay', canonical: JSON.stringify(rows(1)) });
  const by = [{ kind: 'staff' as const, id: account('U0BEN') }];
  const origins = { values: { rows: [{ kind: 'person' as const, by, at: 1 }] }, writers: [account('U0BEN')] };
  const byMia = edited({ ...asked, details: { ...asked.details, origins } }, 'U0MIA', rows(2));
  expect(await mayAct(context, byMia, { kind: 'staff', id: account('U0BEN') }, 'approve')).toEqual({
    kind: 'no',
    refusal: { why: 'author' },
  });
});
