import type { SlackApi } from '../../channels/slack.ts';
import type { Clock } from '../../core/clock.ts';
import type { People } from '../../core/desk/people.ts';
import type { Taking } from './take.ts';

export type DoorParts = Taking & {
  clock: Clock;
  api: SlackApi;
  people: People;
  /** How the parts of the installation are, a line each. */
  status(): Promise<string[]>;
};
