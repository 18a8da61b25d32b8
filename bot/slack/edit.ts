import { isDeepStrictEqual } from 'node:util';
import { fitArguments, readArguments } from '../../core/gate/arguments.ts';
import { ringFor } from '../../core/ring.ts';
import { type Approval, requestEdit } from '../../core/store/approvals.ts';
import type { Clicker, Submission } from './clicker.ts';
import { type Answer, decidedText, mayDecide, told } from './decide.ts';
import { type Entered, enteredIn, type Field, fieldsOf } from './fields.ts';
import type { DoorParts } from './parts.ts';
import * as words from './words.ts';

export type Edited = Answer | { kind: 'faults'; faults: Record<string, string> };

/** Leaves the changed arguments for a worker to make a new frozen call of. */
export async function edit(parts: DoorParts, who: Clicker, { approval: id, values }: Submission): Promise<Edited> {
  const may = await mayDecide(parts, who, id, 'open');
  if (may.kind === 'no') return told(may.text);
  if (may.approval.edit) return told(words.CHANGING);
  const changed = changedArguments(may.approval, values);
  if (changed.kind === 'faults') return changed;
  const tenant = parts.identity.teamId;
  const given = { approval: id, person: who.person, account: who.account, arguments: changed.args };
  const requested = await requestEdit(parts.db, tenant, given);
  switch (requested.kind) {
    case 'requested':
      parts.bells.ring('edit', { tenant, approval: id });
      return { kind: 'done' };
    case 'outdated':
      return told(words.CHANGING);
    case 'expired':
      await ringFor(parts, tenant, { approvals: [id], thread: requested.thread });
      return told(words.EXPIRED);
    case 'decided':
      return told(await decidedText(parts, requested));
    case 'none':
      return told(words.GONE);
  }
}

type Changed = { kind: 'changed'; args: Record<string, unknown> } | { kind: 'faults'; faults: Record<string, string> };

/** Each argument by its own part of the tool's schema, so that a fault is told at its field, and then all together. */
export function changedArguments(approval: Approval, values: Map<string, string | null>): Changed {
  const fields = fieldsOf(approval);
  const entered = fields.map((field) => ({ field, entered: enteredIn(field, values.get(field.block) ?? null) }));
  const faults = entered.flatMap(({ field, entered }) => faultOf(approval, field, entered));
  if (faults.length > 0) return { kind: 'faults', faults: Object.fromEntries(faults) };
  const members = entered.flatMap(({ field: { name }, entered }) =>
    entered.kind === 'value' ? [`${JSON.stringify(name)}:${entered.json}`] : [],
  );
  const read = readArguments(`{${members.join(',')}}`);
  if (read.kind === 'bad') return faultOfAll(fields, read.text);
  const fault = wholeFault(approval, read.args);
  return fault === null ? { kind: 'changed', args: read.args } : faultOfAll(fields, fault);
}

/** Slack shows complaints at fields only. */
function faultOfAll(fields: Field[], text: string): Changed {
  const first = fields.find(({ input }) => input.kind !== 'fixed')?.block ?? '';
  return { kind: 'faults', faults: { [first]: shortened(text) } };
}

function faultOf({ definitionHash, details }: Approval, field: Field, entered: Entered): [string, string][] {
  const { block, name, schema, required, input } = field;
  if (input.kind === 'fixed') return [];
  if (entered.kind === 'bad') return [[block, entered.text]];
  if (entered.kind === 'absent') return required ? [[block, 'This is required.']] : [];
  const read = readArguments(`{${JSON.stringify(name)}:${entered.json}}`);
  if (read.kind === 'bad') return [[block, shortened(read.text)]];
  // What the tool's schema defines for several arguments stands beside them.
  const alone = { ...definitionsOf(details.schema), type: 'object', properties: { [name]: schema } };
  const checked = fitArguments(`${definitionHash} ${name}`, alone, read.args);
  return checked.kind === 'ok' ? [] : [[block, shortened(checked.text)]];
}

function definitionsOf({ $schema, $defs, definitions }: Record<string, unknown>): Record<string, unknown> {
  return { ...($schema ? { $schema } : {}), ...($defs ? { $defs } : {}), ...(definitions ? { definitions } : {}) };
}

/** Where a part is sealed the whole can only be checked by who can open it: the worker that freezes the new call. */
function wholeFault({ definitionHash, details, canonical }: Approval, args: Record<string, unknown>): string | null {
  if (isDeepStrictEqual(args, JSON.parse(canonical))) return 'Nothing is changed yet: change something, or cancel.';
  if (details.secret.length > 0) return null;
  const checked = fitArguments(definitionHash, details.schema, args);
  return checked.kind === 'ok' ? null : checked.text;
}

/** What is told to the model goes on with what it should do. */
function shortened(text: string): string {
  return text.split('. Nothing was done')[0] ?? text;
}
