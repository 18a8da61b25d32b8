import type { CoreContext } from '../context.ts';
import { deskNamed } from '../desk/desks.ts';
import type { Desk, Signers } from '../desk/types.ts';
import { readArguments } from '../gate/arguments.ts';
import { expanded, type Ruled, ruleFor } from '../gate/rules.ts';
import type { Approval, Origin } from '../records/approvals.ts';
import type { Principal } from '../records/types.ts';
import type { Refusal } from './types.ts';

/** The only place that decides who may do what with requests and with customers' mail. */

/** What a person can do with a request; of a call of unknown outcome they say what happened, or send it again. */
export type Action = 'approve' | 'reject' | 'edit' | 'settle' | 'send_again';

export type Permission = { kind: 'yes' } | { kind: 'no'; refusal: Refusal };

type PolicyContext = Pick<CoreContext, 'desks' | 'people' | 'directory' | 'log'>;

/** Decides who may sign, reject, edit and settle: by the current rules, roles and people. */
export async function mayAct(
  context: PolicyContext,
  approval: Approval,
  who: Principal,
  action: Action,
): Promise<Permission> {
  if (isStranger(who)) return no({ why: 'foreign' });
  const desk = deskNamed(context.desks, approval.desk);
  if (!desk)
    return action === 'settle' ? maySettleAlone(context, approval, who) : no({ why: 'desk_gone', desk: approval.desk });
  const ruled = ruleFor(desk, approval.tool, { by: approval.principal, args: argumentsOf(approval) });
  const asked: Case = { context, approval, who, desk, ruled };
  const entitled = await (settles(action) ? maySettle(asked) : mayDecide(asked));
  if (entitled.kind === 'no' || approval.rule === 'confirm') return entitled;
  // One person cannot give the several signatures that it took the first time.
  if (action === 'send_again' && approval.quorum > 1) return no({ why: 'needs_signatures', quorum: approval.quorum });
  return action === 'approve' || settles(action) ? fourEyes(asked, action) : entitled;
}

/** Is it about a call of unknown outcome? */
export function settles(action: Action): boolean {
  return action === 'settle' || action === 'send_again';
}

/** Nobody vouches for such an account: another company's, or an address that anybody can fake. It may do nothing. */
export function isStranger({ kind }: Principal): boolean {
  return kind === 'anonymous';
}

/** A person, the request that they want to act on, and what its desk says of it. */
type Case = { context: PolicyContext; approval: Approval; who: Principal; desk: Desk; ruled: Ruled };

async function mayDecide({ context, approval, who, desk, ruled }: Case): Promise<Permission> {
  if (ruled.verdict === 'no_rule' || ruled.verdict === 'deny') return no({ why: 'forbidden_now' });
  if (approval.rule === 'approve') return isListed(context, desk, ruled.signers, who);
  if (ruled.verdict === 'approve') return no({ why: 'signature_needed_now' });
  return isRequester(context, approval, who) ? yes : no({ why: 'not_requester' });
}

/** Lets signers settle even where the current rules forbid the call or have dropped it: somebody must be able to. */
async function maySettle({ context, approval, who, desk, ruled }: Case): Promise<Permission> {
  if (approval.rule === 'confirm' && isRequester(context, approval, who)) return yes;
  const named = ruled.verdict === 'approve' ? ruled.signers : [];
  const listed = await isListed(context, desk, named.length > 0 ? named : signersOf(desk), who);
  const isOther = listed.kind === 'no' && listed.refusal.why === 'not_signer';
  return isOther ? no({ why: 'not_settler' }) : listed;
}

/** Where the desk is gone, and with it its signers: whoever let the call go out says what happened. */
function maySettleAlone({ people }: PolicyContext, approval: Approval, who: Principal): Permission {
  const { rule, principal, signatures } = approval;
  const person = people.personOf(who.id);
  if (rule === 'confirm') return isRequester({ people }, approval, who) ? yes : no({ why: 'not_settler' });
  if (people.personOf(principal.id) === person) return no({ why: 'own' });
  const hasSigned = signatures.some(
    ({ verdict, account }) => verdict === 'approve' && people.personOf(account) === person,
  );
  return hasSigned && isMember(who) ? yes : no({ why: 'not_settler' });
}

/** Everyone who may sign anything at this desk. */
function signersOf({ approvals, tools }: Desk): Signers {
  const rules = [...tools.values()].flatMap((tool) => [tool, ...tool.when]);
  return [...approvals.signers, ...rules.flatMap(({ signers }) => signers ?? [])];
}

/** Four eyes: nobody signs what they asked for or changed, unless the desk says so, and nobody signs twice. */
function fourEyes({ context: { people }, approval, who: { id }, ruled }: Case, action: Action): Permission {
  const { principal, editor, signatures, details, quorum } = approval;
  const { own, edited } = ruled.verdict === 'no_rule' ? { own: false, edited: false } : ruled;
  const { values, writers } = details.origins ?? { values: {}, writers: [] };
  const person = people.personOf(id);
  const isTheirs = (account: string | null) => account !== null && people.personOf(account) === person;
  if (isTheirs(principal.id) && !own) return no({ why: 'own' });
  const origins = Object.values(values).flat();
  // A later editor replaces an earlier one as the request's editor, but not in what that one changed.
  const editors = [editor, ...origins.flatMap((origin) => (origin.kind === 'editor' ? [origin.account] : []))];
  if (editors.some(isTheirs) && !edited) return no({ why: 'edited' });
  const speakers = origins.flatMap((origin) => speakersOf(people, approval, origin) ?? []);
  // Somebody else asked, but a value comes from this person alone.
  const isAuthor = speakers.some((one) => one.kind === 'known' && one.persons.size === 1 && one.persons.has(person));
  if (isAuthor && !own) return no({ why: 'author' });
  // Whoever wrote in the thread may have given the model a value in words that we did not recognise.
  const isAlone = action === 'approve' && quorum === 1;
  const mayBeAuthor = speakers.some(({ kind }) => kind === 'nobody') && writers.some(isTheirs);
  if (isAlone && mayBeAuthor && !own) return no({ why: 'unsaid' });
  const hasSigned = signatures.some(({ verdict, account }) => verdict === 'approve' && isTheirs(account));
  return action === 'approve' && hasSigned ? no({ why: 'signed_already' }) : yes;
}

/** Who is known to have said a value, by the people of today. */
type Speakers = { kind: 'known'; persons: Set<string> } | { kind: 'nobody' };

/** Null where a tool, an editor or, under another account, the requester gave the value. */
function speakersOf({ personOf }: CoreContext['people'], { principal }: Approval, origin: Origin): Speakers | null {
  if (origin.kind === 'nobody') return origin;
  if (origin.kind !== 'person') return null;
  const known = origin.by.filter((one) => !isStranger(one)).map(({ id }) => personOf(id));
  if (!isStranger(principal) && known.includes(personOf(principal.id))) return null;
  return known.length > 0 ? { kind: 'known', persons: new Set(known) } : { kind: 'nobody' };
}

/**
 * Compares the kind too: a customer or a bot may use the name of a colleague. One account
 * may be staff at one time and a guest at another: it counts as a guest while Slack does not answer. The rules look at
 * the kind with which it asked.
 */
export function isRequester(
  { people }: Pick<PolicyContext, 'people'>,
  { principal }: Approval,
  who: Principal,
): boolean {
  if (isStranger(who)) return false;
  const isSameMember = principal.id === who.id && isMember(principal) && isMember(who);
  if (principal.kind !== who.kind && !isSameMember) return false;
  return people.personOf(principal.id) === people.personOf(who.id);
}

/** Does this account belong to our workspace? */
function isMember({ kind }: Principal): boolean {
  return kind === 'staff' || kind === 'guest';
}

async function isListed(
  { directory, log }: PolicyContext,
  desk: Desk,
  signers: Signers,
  who: Principal,
): Promise<Permission> {
  if (!isMember(who)) return no({ why: 'not_signer', signers: [...new Set(signers)], ageMs: 0 });
  const found = await Promise.allSettled(expanded(desk, signers).map((signer) => directory.compare(signer, who.id)));
  const answers = found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  // A user group may hold guests; they sign only where a desk names them.
  if (answers.some(({ match }) => match === 'user' || (match === 'member' && who.kind === 'staff'))) return yes;
  for (const one of found) if (one.status === 'rejected') log.warn({ err: one.reason }, 'a user group cannot be read');
  if (answers.length < found.length) return no({ why: 'directory_away' });
  return no({
    why: 'not_signer',
    signers: [...new Set(signers)],
    ageMs: Math.max(0, ...answers.map(({ ageMs }) => ageMs)),
  });
}

/**
 * Who may answer the customers of a desk in its name, and give conversations back to the agent: those whom the desk names,
 * and where it names nobody, every colleague but guests.
 */
export async function mayAnswerCustomers(
  context: PolicyContext,
  deskName: string,
  who: Principal,
): Promise<Permission> {
  if (isStranger(who)) return no({ why: 'foreign' });
  const desk = deskNamed(context.desks, deskName);
  if (!desk) return no({ why: 'desk_gone', desk: deskName });
  const { colleagues } = desk.email;
  if (colleagues.length === 0) return who.kind === 'staff' ? yes : no({ why: 'not_colleague', colleagues, ageMs: 0 });
  const listed = await isListed(context, desk, colleagues, who);
  if (listed.kind === 'no' && listed.refusal.why === 'not_signer')
    return no({ why: 'not_colleague', colleagues, ageMs: listed.refusal.ageMs });
  return listed;
}

export type SignerCount = { kind: 'counted'; persons: number } | { kind: 'away' };

/** Counts the distinct persons who approved this and may still approve it. */
export async function countSigners(context: PolicyContext, approval: Approval): Promise<SignerCount> {
  const accounts = approval.signatures.filter(({ verdict }) => verdict === 'approve').map(({ account }) => account);
  const unsigned = { ...approval, signatures: [] };
  // The records keep no kind of a signer: only members of the workspace could sign, and requesters confirm.
  const kind = approval.rule === 'confirm' ? approval.principal.kind : 'staff';
  const answers = await Promise.all(accounts.map((id) => mayAct(context, unsigned, { kind, id }, 'approve')));
  if (answers.some((one) => one.kind === 'no' && one.refusal.why === 'directory_away')) return { kind: 'away' };
  const standing = accounts.filter((_, at) => answers[at]?.kind === 'yes');
  return { kind: 'counted', persons: new Set(standing.map(context.people.personOf)).size };
}

/** Has a call that is about to go out its yes, or enough signatures, of persons who may still give them? */
export async function enoughSigned(context: PolicyContext, approval: Approval): Promise<'yes' | 'no' | 'away'> {
  const { rule, principal, signatures } = approval;
  if (rule === 'confirm') {
    const confirmed = signatures.filter(({ verdict }) => verdict === 'approve');
    return confirmed.some(({ account: id }) => isRequester(context, approval, { ...principal, id })) ? 'yes' : 'no';
  }
  const count = await countSigners(context, approval);
  if (count.kind === 'away') return 'away';
  return count.persons >= approval.quorum ? 'yes' : 'no';
}

function argumentsOf({ canonical }: Approval): Record<string, unknown> {
  const read = readArguments(canonical);
  return read.kind === 'ok' ? read.args : {};
}

const yes = { kind: 'yes' } as const;

function no(refusal: Refusal): Permission {
  return { kind: 'no', refusal };
}
