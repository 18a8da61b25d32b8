import type { SlackApi } from '../../channels/slack/api/api.ts';
import type { Clock } from '../../core/clock.ts';
import type { People } from '../../core/desk/people.ts';
import type { Taking } from './save-event.ts';

export type DoorParts = Taking & {
  clock: Clock;
  api: SlackApi;
  people: People;
  /** How the parts of the installation are, a line each. */
  status(): Promise<string[]>;
};
