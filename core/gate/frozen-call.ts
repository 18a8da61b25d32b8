import type { Approval, Seen } from '../records/approvals.ts';
import { shorten } from '../text.ts';
import { callHash, canonical } from './canonical.ts';
import type { CheckedCall } from './check-call.ts';
import type { Sealing } from './seals.ts';
import { dotted } from './secrets.ts';
import type { AnyTool, Frozen } from './types.ts';

const LONGEST_ABOUT = 200;

export type SignatureNeed = Pick<Frozen, 'rule' | 'quorum' | 'ruleText' | 'limit'>;

/** Null where the call needs no signature. */
export function signatureNeed({ ruled: { verdict, quorum, ruleText } }: CheckedCall): SignatureNeed | null {
  return verdict === 'allow' ? null : { rule: verdict, quorum, ruleText };
}

/** A call that replaces another never needs less than that one. */
export function signatureNeedAfter(call: CheckedCall, { rule, quorum, details }: Approval): SignatureNeed {
  const before = { rule, quorum, ruleText: details.ruleText };
  const now = signatureNeed(call);
  const limit = details.limit && quorum > (now?.quorum ?? 0) ? { limit: details.limit } : {};
  if (!now) return { ...before, ...limit };
  const stronger = now.rule === 'confirm' ? before : now;
  return { ...stronger, quorum: Math.max(now.quorum, quorum), ...limit };
}

/** Freezes the call as people will see it and as it will run once signed. */
export function freeze(
  tenant: string,
  call: CheckedCall,
  { args, seals }: Sealing,
  seen: Seen[],
  need: SignatureNeed,
): Frozen {
  const { tool, definitionHash, schema, ruled, secret } = call;
  const text = canonical(args);
  return {
    tool: tool.name,
    ...need,
    effect: ruled.effect,
    definitionHash,
    args,
    canonical: text,
    callHash: callHash(tenant, tool.name, definitionHash, text),
    about: shorten(aboutOf(tool), LONGEST_ABOUT),
    first: ruled.tool.first,
    secret: secret.map(dotted),
    sealed: seals,
    seen,
    schema,
  };
}

/**
 * The title, or the first sentence of the description: what follows are examples for models, which look like arguments.
 */
function aboutOf(tool: AnyTool): string {
  if ('title' in tool && tool.title?.trim()) return tool.title.trim();
  const [line = ''] = tool.description.trim().split('\n', 1);
  return /^.*?[.!?](?=\s|$)/.exec(line)?.[0] ?? line;
}
