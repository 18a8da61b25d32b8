import { isDeepStrictEqual } from 'node:util';
import type { CoreContext } from '../context.ts';
import { deskNamed } from '../desk/desks.ts';
import type { Frozen } from '../gate/types.ts';
import type { Approval, NextCall, Origin, Origins } from '../records/approvals.ts';
import { valuesOf } from './leaves.ts';
import { type OpeningContext, openApproval } from './open.ts';

type Change = { editor: string | null; replaces: string };

/** Makes a new request of a changed call, for the same requester and message. */
export function reopen(
  context: OpeningContext & Pick<CoreContext, 'desks'>,
  approval: Approval,
  frozen: Frozen,
  { editor, replaces }: Change,
): NextCall {
  const desk = deskNamed(context.desks, approval.desk);
  if (!desk) throw new Error(`there is no desk ${approval.desk}`);
  const { asked, place } = approval.details;
  const channel = approval.cards.find(({ kind }) => kind === 'asker' || kind === 'pointer')?.channel ?? 'slack';
  const asking = {
    said: { ...asked, place },
    channel,
    desk,
    origins: originsAfter(approval, frozen, editor),
  };
  const { tool, args, definitionHash, effect, rule } = frozen;
  const opening = openApproval(frozen, asking, context);
  const id = `${approval.call.replace(/_again_.*$/, '')}_again_${opening.id.slice(4, 12)}`;
  return {
    call: { id, tool, arguments: args, definitionHash, effect, rule },
    approval: { ...opening, editor, replaces },
  };
}

/** Each argument that a person changed comes from them, also after others change further ones. */
function originsAfter({ canonical, details }: Approval, { args }: Frozen, editor: string | null): Origins {
  const { values, writers } = details.origins ?? { values: {}, writers: [] };
  const before: Record<string, unknown> = JSON.parse(canonical);
  if (editor === null) return { values, writers };
  const changed = Object.keys({ ...before, ...args }).filter((name) => !isDeepStrictEqual(before[name], args[name]));
  const edited = changed.map((name): [string, Origin[]] => {
    const left = new Set(valuesOf(before[name]));
    // Of a list, some values are still those from before, and so are their origins.
    const kept = valuesOf(args[name]).some((leaf) => left.has(leaf)) ? (values[name] ?? []) : [];
    const others = kept.filter((origin) => origin.kind !== 'editor' || origin.account !== editor);
    return [name, [...others, { kind: 'editor', account: editor }]];
  });
  return { values: { ...values, ...Object.fromEntries(edited) }, writers };
}
