import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take more than some seconds, longest first. One that is missing here runs with the short ones. */
const long = [
  'attacks/attacker',
  'start/start',
  'browser/desks',
  'crash/kill-signed-postgres',
  'playground/second-worker',
  'replies/reply-flow',
  'crash/kill-signed-redis',
  'browser/durable',
  'chat/chat',
  'crash/kill-postgres',
  'tools/bank-passwords',
  'turns/agent-stop',
  'crash/kill-redis',
  'playground/faults',
  'tools/adding-a-tool',
  'tools/jewelryops-access',
  'turns/half-dead',
  'commands/audit-command',
  'tools/servers',
  'turns/agent-away',
  'start/prepare',
  'production/compose',
  'production/reread',
  'production/health',
  'approvals/click-races',
  'clicks',
  'browser/first-minute',
  'records/embedded',
  'desks/desk-bank',
  'turns/recovery',
  'replies/stream-flow',
  'turns/storm',
  'playground/keeping',
  'browser/conversation',
  'desks/desk-store',
  'doors/playground-closed',
  'browser/keyboard',
  'browser/page-views',
  'browser/page-people',
  'playground/restart',
  'tools/jewelryops-changes',
  'turns/commands',
  'turns/summary',
  'records/audit',
  'turns/conversation-changes',
  'doors/door-socket',
  'start/apart',
  'turns/queue-away',
  'replies/stream-faults',
  'eval/command',
  'mcp/mcp-stdio',
  'browser/page-scrolling',
  'tools/store-changes',
  'tools/helpdesk-changes',
  'tools/reset',
  'tools/bank',
  'tools/it-busy',
  'tools/it-search-plans',
  'model/meaning',
];

/** A long file that began last would be waited for alone, while the other workers have nothing left to do. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = long.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return place === -1 ? long.length : place;
    };
    return (await super.sort(files)).toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}
