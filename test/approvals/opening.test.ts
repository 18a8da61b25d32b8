import { expect, it } from 'vitest';
import { openApproval } from '../../core/approvals/open.ts';
import type { Frozen } from '../../core/gate/types.ts';
import { deskWith } from '../gate/gate-setup.ts';

const frozen: Frozen = {
  ...{ tool: 'shop__pay', rule: 'approve', effect: 'once', definitionHash: 'd', args: {}, canonical: '{}' },
  ...{ callHash: 'h', quorum: 2, about: '', ruleText: '', first: [], secret: [], sealed: [], seen: [], schema: {} },
};
const asking = {
  said: { text: 'pay', author: 'U1', place: {} },
  channel: 'slack',
  desk: deskWith({}),
  principal: 'U1',
  origins: {},
};
const signing = { approvalsChannel: null, confirmMs: 1, personOf: (account: string) => account };
const limit = { id: 'pays of a day', used: 450, most: 500 };

it('a request says over which limit its call goes, if over any', () => {
  expect(openApproval({ ...frozen, limit }, asking, signing).details.limit).toEqual(limit);
  expect(openApproval(frozen, asking, signing).details).not.toHaveProperty('limit');
});
