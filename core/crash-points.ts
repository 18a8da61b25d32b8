import { channel } from 'node:diagnostics_channel';

/**
 * The places at which a process may die. Nothing listens in production; the kill sweep subscribes from outside and
 * ends the process at the point it was told.
 */
export type Point = TurnPoint | SigningPoint;

export type TurnPoint =
  | 'turn.claimed'
  | 'background.read'
  | 'model.asking'
  | 'model.answered'
  | 'calls.recorded'
  | 'tool.calling'
  | 'tool.answered'
  | 'results.recorded'
  | 'turn.finishing'
  | 'turn.finished'
  | 'stream.recorded'
  | 'stream.started'
  | 'stream.noted'
  | 'stream.appended'
  | 'stream.stopped'
  | 'reply.sending'
  | 'reply.accepted'
  | 'turn.released'
  | 'turn.parked'
  | 'reply.claimed'
  | 'summary.made';

export type SigningPoint =
  | 'dispatch.claimed'
  | 'dispatch.reviewed'
  | 'dispatch.begun'
  | 'dispatch.calling'
  | 'dispatch.answered'
  | 'dispatch.ended'
  | 'edit.made'
  | 'card.claimed'
  | 'card.sending'
  | 'card.sent';

const points = channel('countersign:point');

export function crashPoint(point: Point): void {
  if (points.hasSubscribers) points.publish(point);
}

/** Tells subscribers which jobs and turns a worker takes. Nothing of it is stored. */
export type Work =
  /** A job that rang, and the jobs that it carried: ids, and nothing else. */
  | {
      kind: 'job';
      id: string;
      name: string;
      queue: string;
      jobs: unknown[];
      /** Milliseconds since 1970, both. */
      addedAt: number;
      takenAt: number;
    }
  /** A turn that a worker begins, or takes up at this step. */
  | {
      kind: 'claim';
      tenant: string;
      thread: number;
      turn: number;
      number: number;
      epoch: number;
      attempts: number;
      step: number;
      resumed: boolean;
      at: number;
    };

const works = channel('countersign:work');

export function showWork(work: () => Work): void {
  if (works.hasSubscribers) works.publish(work());
}
