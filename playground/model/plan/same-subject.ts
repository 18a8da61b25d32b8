import type { Goal } from './goal.ts';

const refers =
  /\b(?:it|its|them|they|their|he|she|him|her|his)\b|\b(?:that|this|these|those|the same) (?!is\b|was\b|are\b)\p{L}/iu;

/** "Show ticket 7 and what people wrote about it": an id that an earlier call is given goes to a later one that takes such an id, too. */
export function withReferred(goals: Goal[]): Goal[] {
  return goals.map((goal, at) => {
    const ids = goal.view.params.filter(({ shape }) => shape);
    if (ids.length === 0 || ids.some(({ name }) => name in goal.args) || !refers.test(goal.part)) return goal;
    const before = goals.slice(0, at).toReversed();
    for (const { view, args } of before) {
      const shared = ids.find(({ name }) => name in args && view.params.some((one) => one.name === name && one.shape));
      if (shared)
        return {
          ...goal,
          args: { ...goal.args, [shared.name]: args[shared.name] },
          missing: goal.missing.filter(({ name }) => name !== shared.name),
        };
    }
    return goal;
  });
}
