import { type Filled, fillParams } from '../arguments/fill.ts';
import { type Scope, scopeOf } from '../arguments/scope.ts';
import type { Mention } from '../mentions/types.ts';
import type { Param } from '../tools/params.ts';
import type { ToolView } from '../tools/view.ts';

export type Spread = { args: Record<string, unknown>; missing: Param[] };

const MOST_CALLS = 12;

/** "Weather in Paris and in Rome" wants one call for each place: the values that stand in one row with a chosen one. */
export function spread(view: ToolView, text: string, filled: Filled, today: Date): Spread[] {
  const scope = scopeOf(text, today);
  const rows = view.params.flatMap((param) => {
    const span = filled.spans[param.name];
    if (!span || param.type === 'array' || param.type === 'object' || param.type === 'boolean') return [];
    const row = rowAround(scope, span, filled, param);
    return row.length > 1 ? [{ param, values: row.map((one) => valueSaid(param, one, filled.args[param.name])) }] : [];
  });
  const longest = Math.max(1, ...rows.map(({ values }) => values.length));
  if (longest === 1) return [{ args: filled.args, missing: filled.missing }];
  const equal = rows.filter(({ values }) => values.length === longest);
  return Array.from({ length: Math.min(longest, MOST_CALLS) }, (_, at) => ({
    args: { ...filled.args, ...Object.fromEntries(equal.map(({ param, values }) => [param.name, values[at]])) },
    missing: filled.missing,
  }));
}

/** Values of one kind joined by commas and "and", the chosen one among them; none that another argument took. */
function rowAround(scope: Scope, span: { start: number; end: number }, filled: Filled, param: Param): Mention[] {
  const chosen =
    scope.mentions.find((one) => one.start <= span.start && one.end >= span.end) ??
    scope.mentions.find((one) => one.start < span.end && span.start < one.end);
  if (!chosen) return [];
  const others = Object.entries(filled.spans)
    .filter(([name]) => name !== param.name)
    .map(([, one]) => one);
  const free = scope.mentions.filter(
    (one) =>
      one === chosen ||
      (one.kind === chosen.kind && !others.some((other) => other.start < one.end && one.start < other.end)),
  );
  const at = free.indexOf(chosen);
  let from = at;
  let to = at;
  while (from > 0 && joined(scope.text, free[from - 1]!, free[from]!)) from -= 1;
  while (to < free.length - 1 && joined(scope.text, free[to]!, free[to + 1]!)) to += 1;
  return free.slice(from, to + 1);
}

function joined(text: string, one: Mention, next: Mention): boolean {
  return /^\s*(?:,|and|or|&|, and|, or|as well as|, as well as|and also)\s*(?:in |at |for |of |to |the |from |on |also |then )*(?:the )?$/i.test(
    text.slice(one.end, next.start),
  );
}

function valueSaid(param: Param, said: Mention, chosen: unknown): unknown {
  if (said.kind === 'number' && typeof chosen === 'number') return said.value;
  void fillParams;
  void param;
  return said.text;
}
