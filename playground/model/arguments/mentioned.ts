import type { TextSaid } from '../mentions/types.ts';
import type { Param } from '../tools/params.ts';
import { regionsAndCountries } from '../words/places.ts';
import { stem, wordsIn } from '../words/stem.ts';
import type { Candidate } from './candidates.ts';
import { cueAround } from './cues.ts';
import { direction } from './directions.ts';
import { isSpeaker } from './people.ts';
import { asPlace } from './place-names.ts';
import type { Scope } from './scope.ts';
import { isTelling, tooPlain } from './telling.ts';

/** What stands out in a text as a value: names, addresses, codes, what is quoted. */
export function mentioned(param: Param, scope: Scope, about: ReadonlySet<string>): Candidate[] {
  const texts = scope.mentions.filter(
    (one): one is TextSaid => 'text' in one && one.kind !== 'number' && one.kind !== 'date' && one.kind !== 'list',
  );
  return texts.flatMap((said) => {
    const fit = kindFit(param, said);
    if (isSpeaker(param) && said.kind === 'name') return [];
    if (fit <= 0 || (said.kind === 'name' && !isTelling(said.text, param, about))) return [];
    if (
      said.kind === 'name' &&
      isBySomeone(param) &&
      !param.stems.some((one) => scope.tokens.some(({ stem: other }) => other === one && one !== 'by'))
    )
      return [];
    const cue = cueAround(
      param,
      scope,
      said.start,
      said.end,
      texts.filter((one) => one !== said),
    );
    const holds = wordsIn(said.text).some((word) => !tooPlain.has(stem(word)) && param.stems.includes(stem(word)));
    const place = direction(param, scope, said) + (holds && cue < 0.8 ? 0.25 : 0);
    return [{ value: asPlace(param, said.text), start: said.start, end: said.end, score: fit + cue * 0.35 + place }];
  });
}

/** A parameter such as directed_by or written_by: a name is meant only where that deed is told. */
function isBySomeone({ label }: Param): boolean {
  return label.length > 1 && label.at(-1) === 'by' && /ed$|en$/.test(label.at(-2)!);
}

function kindFit(param: Param, said: TextSaid): number {
  const { role } = param;
  switch (said.kind) {
    case 'email':
      return role === 'email' || param.label.some((word) => /^(?:to|cc|bcc|recipients?)$/.test(word))
        ? 1.1
        : role === 'person' || role === 'query'
          ? 0.6
          : 0.05;
    case 'url':
      return role === 'url' ? 1.1 : 0.2;
    case 'phone':
      return role === 'phone' ? 1.1 : role === 'id' ? 0.55 : role === 'query' ? 0.5 : role === 'person' ? 0.3 : 0.1;
    case 'formula':
      return role === 'formula' ? 1.1 : 0.05;
    case 'code':
      if (/[/.]/.test(said.text)) return role === 'path' ? 1 : 0.5;
      if (role === 'url' && param.label.some((word) => /^(?:hostname|host|server|machine|node)$/.test(word))) return 1;
      return role === 'id' ? 0.75 : role === 'query' ? 0.4 : role === 'text' ? 0.05 : 0.3;
    case 'quoted':
      if (role === 'person' && said.text.split(/\s+/).length > 4) return 0.1;
      return role === 'title' || role === 'query' || role === 'text' ? 0.8 : role === 'formula' ? 0.7 : 0.6;
    case 'name':
      return nameFit(param, said.text);
  }
}

function nameFit(param: Param, name: string): number {
  const isRegion = regionsAndCountries.has(name.toLowerCase()) || /,\s/.test(name);
  switch (param.role) {
    case 'place':
      if (/^(?:country|state|nation)$/.test(param.label.at(-1) ?? ''))
        return isRegion && !/,\s/.test(name) ? 0.8 : isRegion ? 0.5 : 0.25;
      if (param.label.at(-1) === 'city' && regionsAndCountries.has(name.toLowerCase())) return 0.3;
      return isRegion ? 0.65 : 0.42;
    case 'person':
      return isRegion ? 0.2 : 0.55;
    case 'id':
      return 0.32;
    case 'title':
    case 'query':
      return 0.45;
    case 'text':
    case 'formula':
    case 'unit':
    case 'url':
    case 'email':
      return 0.05;
    default:
      return 0.4;
  }
}
