import { channel } from 'node:diagnostics_channel';

/**
 * Points at which tests kill the process. Nothing listens in production; the kill sweep subscribes from outside and
 * ends the process at one of them.
 */
export type Point = MailPoint | TurnPoint | SigningPoint;

/** Of the mail that comes in. */
export type MailPoint = 'mail.kept' | 'mail.read' | 'mail.saved';

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

/** Published for subscribers: the jobs and turns that a worker takes. Nothing of it is stored. */
export type Work =
  /** A batch that a worker takes from the queue; `jobs` are the ids in it. */
  | {
      kind: 'job';
      id: string;
      name: string;
      queue: string;
      jobs: unknown[];
      /** Both in milliseconds since 1970. */
      addedAt: number;
      takenAt: number;
    }
  /** A turn that a worker begins, or continues at this step. */
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

export function publishWork(work: () => Work): void {
  if (works.hasSubscribers) works.publish(work());
}
