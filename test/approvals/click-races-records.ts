import type { RaceWorld } from './click-races-world.ts';

export type ApprovalRow = {
  id: string;
  state: string;
  call: string;
  tool: string;
  quorum: number;
  canonical: string;
  editor: string | null;
  replacedBy: string | null;
  /** Somebody's change is asked for and not made. */
  changing: boolean;
  /** Decided by a person after it had expired. */
  late: boolean;
  /** Nothing is left to do in its thread. */
  quiet: boolean;
  signatures: { account: string; verdict: 'approve' | 'reject' }[];
  cards: { kind: string; message: string | null; done: boolean; failed: string | null }[];
  audit: { kind: string; by: string | null }[];
  /** Said in the thread of what became of it. */
  outcomes: number;
};

const ofRound = `
  select a.id, a.state, c.state as call, a.tool, a.quorum, a.canonical, a.editor, a.replaced_by as "replacedBy",
         a.edit is not null as changing,
         a.state in ('succeeded', 'rejected') and a.decided_at > a.expires_at as late,
         t.done_inbox >= t.inbox and not exists (select 1 from countersign.outbox o where o.thread_id = t.id
           and o.state in ('opening', 'ready', 'dropping')) as quiet,
         (select coalesce(json_agg(json_build_object('account', s.account, 'verdict', s.verdict)), '[]')
            from countersign.signatures s where s.approval = a.id) as signatures,
         (select coalesce(json_agg(json_build_object('kind', k.kind, 'message', k.message,
                   'done', k.shown >= k.wanted, 'failed', k.failed)), '[]')
            from countersign.cards k where k.approval = a.id) as cards,
         (select coalesce(json_agg(json_build_object('kind', u.kind, 'by', u.content->>'by')), '[]')
            from countersign.audit_contents u where u.approval = a.id) as audit,
         (select count(*)::int from countersign.entries e where e.thread_id = a.thread_id and e.kind = 'outcome'
            and e.content->'outcome'->>'approval' = a.id) as outcomes
    from countersign.approvals a
    join countersign.tool_calls c on c.id = a.call_id
    join countersign.threads t on t.id = a.thread_id
   where a.canonical like '%"' || $1 || '"%'
   order by a.opened_at`;

export function recordsOf(world: RaceWorld, id: string): Promise<ApprovalRow[]> {
  return world.sql<ApprovalRow>(ofRound, [id]);
}

const over = ['succeeded', 'failed', 'rejected', 'expired', 'void', 'unknown', 'settled'];

export function isClosed(rows: ApprovalRow[]): boolean {
  return rows.every(
    ({ state, quiet, cards }) => quiet && over.includes(state) && cards.every(({ done, failed }) => done || failed),
  );
}

/** Of an account as the records have it: `slack:T0TEAM:U0USER`. */
export function userOf(account: string): string {
  return account.slice(account.lastIndexOf(':') + 1);
}
