import type { SlackApi } from '../../channels/slack.ts';
import type { Directory } from '../../core/approvals/types.ts';
import type { Clock } from '../../core/clock.ts';
import type { People } from '../../core/desk/people.ts';
import type { Log } from '../../core/log.ts';
import type { Taking } from './take.ts';

export type DoorParts = Taking & {
  log: Log;
  clock: Clock;
  api: SlackApi;
  people: People;
  directory: Directory;
  /** How the parts of the installation are, a line each. */
  status(): Promise<string[]>;
};
