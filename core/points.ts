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

export function reached(point: Point): void {
  if (points.hasSubscribers) points.publish(point);
}
