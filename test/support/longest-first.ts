import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take more than some seconds, longest first. One that is missing here runs with the short ones. */
const long = [
  'start',
  'browser/desks',
  'kill-signed-postgres',
  'playground/second-worker',
  'reply-flow',
  'kill-signed-redis',
  'browser/durable',
  'chat/chat',
  'kill-postgres',
  'tools/bank-passwords',
  'agent-stop',
  'kill-redis',
  'playground/faults',
  'adding-a-tool',
  'jewelryops-access',
  'half-dead',
  'audit-command',
  'tools/servers',
  'agent-away',
  'prepare',
  'production/compose',
  'production/reread',
  'production/health',
  'click-races',
  'clicks',
  'browser/first-minute',
  'embedded',
  'desk-bank',
  'recovery',
  'stream-flow',
  'storm',
  'attacker',
  'playground/keeping',
  'browser/conversation',
  'desk-store',
  'doors/playground-closed',
  'browser/keyboard',
  'browser/page-views',
  'browser/page-people',
  'playground/restart',
  'tools/jewelryops-changes',
  'turns/commands',
  'summary',
  'audit',
  'conversation-changes',
  'door-socket',
  'apart',
  'queue-away',
  'stream-faults',
  'eval/command',
  'mcp-stdio',
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
