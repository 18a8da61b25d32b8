/** A value that an argument might take, and how well it fits. */
export type Candidate = {
  value: unknown;
  start: number;
  end: number;
  score: number;
  /** Another argument may rest on the same words. */
  shared?: boolean;
};
