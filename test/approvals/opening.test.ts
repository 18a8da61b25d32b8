import { expect, it } from 'vitest';
import { openApproval } from '../../core/approvals/open.ts';
import { everyoneAlone } from '../../core/desk/people.ts';
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
  origins: { values: {}, writers: [] },
};
const context = { env: { confirmationSeconds: 1 }, people: everyoneAlone };
const limit = { id: 'pays of a day', used: 450, most: 500 };

it('a request says over which limit its call goes, if over any', () => {
  expect(openApproval({ ...frozen, limit }, asking, context).details.limit).toEqual(limit);
  expect(openApproval(frozen, asking, context).details).not.toHaveProperty('limit');
});
