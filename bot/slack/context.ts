import type { Slack } from '../../channels/slack/api/api.ts';
import type { SlackDirectory } from '../../channels/slack/directory.ts';
import type { CoreContext } from '../../core/context.ts';

/** What the Slack door works with: the context, and the one workspace that it serves. */
export type SlackContext = Pick<CoreContext, 'db' | 'jobs' | 'desks' | 'people' | 'log' | 'redact'> &
  Slack & {
    tenant: string;
    directory: SlackDirectory;
    /** The health of each part of the installation, a line each. */
    status(): Promise<string[]>;
  };
