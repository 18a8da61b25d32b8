import { z } from 'zod';
import type { Principal } from '../../core/records/types.ts';
import type { SlackContext } from './context.ts';
import { kindOf } from './members.ts';

/** The account that clicked, as Slack signed it; nothing comes from a button's value. */
export type Actor = { user: string; principal: Principal };

const click = z.object({
  user: z.object({ id: z.string(), team_id: z.string().optional() }),
  team: z.object({ id: z.string() }).nullish(),
  channel: z.object({ id: z.string() }).optional(),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional() }).optional(),
  trigger_id: z.string(),
  actions: z.array(z.object({ action_id: z.string(), value: z.string() })).min(1),
});
export type Click = {
  by: z.infer<typeof click>['user'];
  team: string | undefined;
  channel: string | undefined;
  thread: string | undefined;
  trigger: string;
  action: string;
  /** The id of what the card is about: an approval or a matter. */
  about: string;
};

export function readClick(body: unknown): Click {
  const { user, team, channel, message, trigger_id, actions } = click.parse(body);
  const { action_id, value } = actions[0]!;
  const thread = message?.thread_ts;
  return {
    by: user,
    team: team?.id,
    channel: channel?.id,
    thread,
    trigger: trigger_id,
    action: action_id,
    about: value,
  };
}

const submission = z.object({
  user: z.object({ id: z.string(), team_id: z.string().optional() }),
  team: z.object({ id: z.string() }).nullish(),
  view: z.object({
    id: z.string(),
    private_metadata: z.string(),
    state: z.object({
      values: z.record(
        z.string(),
        z.record(
          z.string(),
          z.object({
            value: z.string().nullish(),
            selected_option: z.object({ value: z.string() }).nullish(),
          }),
        ),
      ),
    }),
  }),
});
const carried = z.object({ about: z.string() });

/** A submitted form. `values` holds per block the text or the chosen option, or null where the field is empty. */
export type Submission = {
  by: Click['by'];
  team: string | undefined;
  /** Slack's id of the form. */
  form: string;
  about: string;
  values: Map<string, string | null>;
};

export function readSubmission(body: unknown): Submission {
  const { user, team, view } = submission.parse(body);
  const values = Object.entries(view.state.values).map(([block, state]): [string, string | null] => {
    const [field] = Object.values(state);
    return [block, field?.selected_option?.value ?? field?.value ?? null];
  });
  const { about } = carried.parse(JSON.parse(view.private_metadata));
  return { by: user, team: team?.id, form: view.id, about, values: new Map(values) };
}

/** People of other companies see our cards in shared channels: they are anonymous to us, as where they write. */
export async function actorOf(
  context: SlackContext,
  by: { id: string; team_id?: string },
  team: string | undefined,
): Promise<Actor> {
  const { tenant } = context;
  if (team === tenant && (by.team_id ?? team) === tenant) {
    return { user: by.id, principal: { kind: await kindOf(context, by.id), id: `slack:${tenant}:${by.id}` } };
  }
  // Slack may not say which workspace it is.
  const theirs = [by.team_id, team].find((id) => id !== undefined && id !== tenant) ?? 'unknown';
  return { user: by.id, principal: { kind: 'anonymous', id: `slack:${theirs}:${by.id}` } };
}
