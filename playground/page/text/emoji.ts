/**
 * These emoji are drawn by us when they are sent by name, since a machine may have no font for them. Any other name stays
 * as it is written.
 */
export const emojiNames: ReadonlySet<string> = new Set([
  'white_check_mark',
  'heavy_check_mark',
  'x',
  'warning',
  'eyes',
  'hourglass',
  'hourglass_flowing_sand',
  'lock',
  'bell',
  '+1',
  'thumbsup',
  '-1',
  'thumbsdown',
  'heart',
]);
