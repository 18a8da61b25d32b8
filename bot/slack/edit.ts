import { isDeepStrictEqual } from 'node:util';
import type { Filled } from '../../core/approvals/edit.ts';
import { fitArguments, readArguments } from '../../core/gate/arguments.ts';
import type { Approval } from '../../core/records/approvals.ts';
import { type Entered, enteredIn, type Field, fieldsOf } from './fields.ts';

/**
 * Checks each argument by its own part of the tool's schema, so that a fault shows at its field, and then all of them
 * together.
 */
export function changedArguments(approval: Approval, values: Map<string, string | null>): Filled {
  const fields = fieldsOf(approval);
  const entered = fields.map((field) => ({ field, entered: enteredIn(field, values.get(field.block) ?? null) }));
  const faults = entered.flatMap(({ field, entered }) => faultOf(approval, field, entered));
  if (faults.length > 0) return { kind: 'faults', faults: Object.fromEntries(faults) };
  const members = entered.flatMap(({ field: { name }, entered }) =>
    entered.kind === 'value' ? [`${JSON.stringify(name)}:${entered.json}`] : [],
  );
  const read = readArguments(`{${members.join(',')}}`);
  if (read.kind === 'bad') return faultOfAll(fields, read.problem);
  const fault = wholeFault(approval, read.args);
  return fault === null ? { kind: 'filled', args: read.args } : faultOfAll(fields, fault);
}

/** Shows a fault of the whole at the first field: Slack shows faults at fields only. */
function faultOfAll(fields: Field[], text: string): Filled {
  const first = fields.find(({ input }) => input.kind !== 'fixed')?.block ?? '';
  return { kind: 'faults', faults: { [first]: text } };
}

function faultOf({ definitionHash, details }: Approval, field: Field, entered: Entered): [string, string][] {
  const { block, name, schema, required, input } = field;
  if (input.kind === 'fixed') return [];
  if (entered.kind === 'bad') return [[block, entered.text]];
  if (entered.kind === 'absent') return required ? [[block, 'This is required.']] : [];
  const read = readArguments(`{${JSON.stringify(name)}:${entered.json}}`);
  if (read.kind === 'bad') return [[block, read.problem]];
  // Keep what the tool's schema defines for several arguments.
  const alone = { ...definitionsOf(details.schema), type: 'object', properties: { [name]: schema } };
  const checked = fitArguments(`${definitionHash} ${name}`, alone, read.args);
  return checked.kind === 'ok' ? [] : [[block, checked.problem]];
}

function definitionsOf({ $schema, $defs, definitions }: Record<string, unknown>): Record<string, unknown> {
  return { ...($schema ? { $schema } : {}), ...($defs ? { $defs } : {}), ...(definitions ? { definitions } : {}) };
}

/** Skips the check where an argument is sealed: only the worker that freezes the new call can open it. */
function wholeFault({ definitionHash, details, canonical }: Approval, args: Record<string, unknown>): string | null {
  if (isDeepStrictEqual(args, JSON.parse(canonical))) return 'Nothing is changed yet: change something, or cancel.';
  if (details.secret.length > 0) return null;
  const checked = fitArguments(definitionHash, details.schema, args);
  return checked.kind === 'ok' ? null : checked.problem;
}
