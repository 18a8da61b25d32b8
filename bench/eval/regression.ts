/** One choice between several things, each by what was measured of it; none of `right` means that none fits. */
export type Choice = { group: string; weight: number; options: number[][]; right: number[] };

const ROUNDS = 600;
const SPEED = 0.05;

/** Weights under which the right options score highest: softmax regression, held near `prior` by `decay`, which decides where little is to be learned. */
export function learnRanking(choices: Choice[], prior: number[], decay: number[]): number[] {
  const usable = choices.filter(({ right, options }) => right.length > 0 && right.length < options.length);
  return descend(prior, (weights, slope) => {
    for (const { options, right, weight } of usable) {
      const all = softmax(options.map((one) => product(one, weights)));
      const share = right.reduce((sum, at) => sum + all[at]!, 0);
      for (const [at, one] of options.entries()) {
        const wanted = right.includes(at) ? all[at]! / share : 0;
        add(slope, one, weight * (all[at]! - wanted));
      }
    }
    const total = usable.reduce((sum, { weight }) => sum + weight, 0);
    for (const at of slope.keys()) slope[at] = slope[at]! / total + decay[at]! * (weights[at]! - prior[at]!);
  });
}

export type Example = { group: string; weight: number; of: number[]; yes: boolean };

/** Weights of logistic regression; the first measure is to be 1 everywhere, and takes the bias. */
export function learnYes(examples: Example[], size: number, decay: number): number[] {
  const total = examples.reduce((sum, { weight }) => sum + weight, 0);
  return descend(Array<number>(size).fill(0), (weights, slope) => {
    for (const { of, yes, weight } of examples)
      add(slope, of, weight * (1 / (1 + Math.exp(-product(of, weights))) - (yes ? 1 : 0)));
    for (const at of slope.keys()) slope[at] = slope[at]! / total + (at === 0 ? 0 : decay * weights[at]!);
  });
}

/** Adam: steps of a like size, whatever the scale of a measure. */
function descend(from: number[], slopeAt: (weights: number[], slope: number[]) => void): number[] {
  const size = from.length;
  const weights = [...from];
  const mean = Array<number>(size).fill(0);
  const square = Array<number>(size).fill(0);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const slope = Array<number>(size).fill(0);
    slopeAt(weights, slope);
    for (const at of weights.keys()) {
      mean[at] = 0.9 * mean[at]! + 0.1 * slope[at]!;
      square[at] = 0.99 * square[at]! + 0.01 * slope[at]! ** 2;
      weights[at]! -=
        (SPEED * (mean[at]! / (1 - 0.9 ** round))) / (Math.sqrt(square[at]! / (1 - 0.99 ** round)) + 1e-8);
    }
  }
  return weights;
}

function softmax(scores: number[]): number[] {
  const most = Math.max(...scores);
  const raised = scores.map((score) => Math.exp(score - most));
  const sum = raised.reduce((all, one) => all + one, 0);
  return raised.map((one) => one / sum);
}

export function product(some: number[], others: number[]): number {
  return some.reduce((sum, one, at) => sum + one * others[at]!, 0);
}

function add(to: number[], some: number[], times: number): void {
  for (const at of to.keys()) to[at]! += some[at]! * times;
}
