import { channel } from 'node:diagnostics_channel';
import { z } from 'zod';

const jobSchema = z.object({
  kind: z.literal('job'),
  id: z.string(),
  name: z.string(),
  queue: z.string(),
  jobs: z.array(z.record(z.string(), z.union([z.string(), z.number()]))),
  addedAt: z.number(),
  takenAt: z.number(),
});
const claimSchema = z.object({
  kind: z.literal('claim'),
  tenant: z.string(),
  thread: z.number(),
  turn: z.number(),
  number: z.number(),
  epoch: z.number(),
  attempts: z.number(),
  step: z.number(),
  resumed: z.boolean(),
  at: z.number(),
});
const workSchema = z.discriminatedUnion('kind', [jobSchema, claimSchema]);

/** The worker that began it: the one in this process, or another one's process id. */
export type Worker = 'inner' | number;
export type Job = z.infer<typeof jobSchema> & { by: Worker };
export type Claim = z.infer<typeof claimSchema> & { by: Worker };

/** Jobs and turns that workers began. The queue forgets finished jobs, so they are noted here. */
export type WorkSeen = {
  jobs(): readonly Job[];
  claims(): readonly Claim[];
  /** Notes the work that a worker in another process reports. */
  note(work: unknown, by: Worker): void;
  onWork(listener: (work: Job | Claim) => void): void;
  close(): void;
};

const KEPT = 2_000;
const works = 'countersign:work';

export function watchWork(): WorkSeen {
  const jobs: Job[] = [];
  const claims: Claim[] = [];
  const listeners: ((work: Job | Claim) => void)[] = [];
  const note = (raw: unknown, by: Worker) => {
    const read = workSchema.safeParse(raw).data;
    if (!read) return;
    const work = { ...read, by };
    if (work.kind === 'job') keep(jobs, work);
    else keep(claims, work);
    for (const listener of listeners) listener(work);
  };
  const listener = (work: unknown) => note(work, 'inner');
  const seen = channel(works);
  seen.subscribe(listener);
  return {
    jobs: () => jobs,
    claims: () => claims,
    note,
    onWork: (each) => void listeners.push(each),
    close: () => void seen.unsubscribe(listener),
  };
}

function keep<T>(all: T[], one: T): void {
  all.push(one);
  if (all.length > KEPT) all.shift();
}
