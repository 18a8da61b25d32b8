import type { Param } from '../tools/params.ts';
import type { Fit } from '../tools/rank.ts';
import type { ToolView } from '../tools/view.ts';

/** One call that a part of the request asks for; what is missing must be looked up, or asked for. */
export type Goal = {
  part: string;
  view: ToolView;
  args: Record<string, unknown>;
  missing: Param[];
  /** Tools that fit the part as well, the better ones first, for where this one cannot be asked. */
  others?: Fit[];
};
