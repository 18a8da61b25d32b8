import type { Channel } from '../channels/channel.ts';
import type { Model } from '../core/agent/model.ts';
import type { CoreContext } from '../core/context.ts';
import type { FileContext } from '../core/files/types.ts';
import type { Gate } from '../core/gate/types.ts';

/** What the jobs work with. */
export type WorkerContext = CoreContext &
  FileContext & {
    /** Null where no model is configured. */
    model: Model | null;
    channels: Partial<Record<string, Channel>>;
    gateOf(tenant: string): Gate;
  };
