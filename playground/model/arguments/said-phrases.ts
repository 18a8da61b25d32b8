import type { Param } from '../tools/params.ts';
import { prepositions } from '../words/common.ts';
import { plainWords } from '../words/plain.ts';
import { isVerb } from '../words/verbs.ts';
import type { Candidate } from './candidates.ts';
import { direction } from './directions.ts';
import { phraseBefore, phraseFrom } from './phrases.ts';
import type { Scope } from './scope.ts';
import { isTelling, tooPlain } from './telling.ts';

/** "the Darwin model", "species African elephant", "name: Sugar". */
export function byLabel(param: Param, scope: Scope, about: ReadonlySet<string>): Candidate[] {
  const telling = param.stems.filter((one) => !tooPlain.has(one));
  return scope.tokens.flatMap((token, at) => {
    if (!telling.includes(token.stem)) return [];
    const link =
      /^(?:is|of|named|called|as|to|was|be|titled|are|for)$/.test(scope.tokens[at + 1]?.lower ?? '') &&
      !/[,;.?!]/.test(scope.tokens[at + 1]?.gap ?? '')
        ? 1
        : 0;
    const marked = /[:=]/.test(scope.tokens[at + 1]?.gap ?? '');
    const broken = !marked && /[,;.?!()]/.test(scope.tokens[at + 1]?.gap ?? '');
    const behind = broken ? undefined : phraseFrom(scope, at + 1 + link);
    const before = phraseBefore(scope, at);
    const strong = link === 1 && /^(?:is|named|called|titled|as)$/.test(scope.tokens[at + 1]!.lower);
    return [
      ...(behind && isTelling(behind.text, param, about)
        ? [{ ...spanned(behind), score: strong || marked ? 0.7 : link ? 0.5 : 0.42 }]
        : []),
      ...(before && param.role !== 'id' && isTelling(before.text, param, about)
        ? [{ ...spanned(before), score: 0.48 }]
        : []),
    ];
  });
}

const prepositionsOf: Partial<Record<Param['role'], [words: RegExp, score: number]>> = {
  place: [/^(?:in|at|near|around|from|to|for|within)$/, 0.42],
  person: [/^(?:by|with|to|for|of|from)$/, 0.36],
  query: [/^(?:about|for|on|regarding|of|with)$/, 0.46],
  title: [/^(?:named|called|titled|about|of|for)$/, 0.4],
  text: [/^(?:about|saying|that|because)$/, 0.4],
  language: [/^(?:in|to|into)$/, 0.45],
  unit: [/^(?:in|to)$/, 0.4],
};

export function byPreposition(param: Param, scope: Scope, about: ReadonlySet<string>): Candidate[] {
  const [words, base] = prepositionsOf[param.role] ?? [/^(?:of|for|on|about|in|with|named|called|using|to)$/, 0.34];
  return scope.tokens.flatMap((token, at) => {
    const next = scope.tokens[at + 1];
    if (!prepositions.has(token.lower) || !words.test(token.lower) || !next || next.gap.trim() !== '') return [];
    if (
      (param.role === 'place' || param.role === 'person') &&
      (/ing$/.test(next.lower) || plainWords.has(next.lower)) &&
      !/^\p{Lu}/u.test(next.text)
    )
      return [];
    if (token.lower === 'to' && isVerb(next.lower) && !/^\p{Lu}/u.test(next.text)) return [];
    const phrase = phraseFrom(scope, at + 1);
    if (!phrase || !isTelling(phrase.text, param, about) || /^\d/.test(phrase.text)) return [];
    // "The total of all orders of Lisa Park" is about Lisa Park.
    const isAboutName = scope.mentions.some(
      (one) =>
        one.kind === 'name' &&
        one.start > phrase.start &&
        one.end <= phrase.end &&
        phrase.text === phrase.text.replace(/^\p{Lu}/u, ''),
    );
    if (isAboutName && (param.role === 'query' || param.role === 'title')) return [];
    return [
      { ...spanned(phrase), score: base + direction(param, scope, { start: scope.tokens[at + 1]!.start }) * 0.6 },
    ];
  });
}

function spanned({ text, start, end }: { text: string; start: number; end: number }): Omit<Candidate, 'score'> {
  return { value: text, start, end };
}
