import { stem } from './stem.ts';

/** Kinds of values that requests name without a label: "vegan brownies", "a red shirt", "the piano". */
const kinds: [labels: string, values: string][] = [
  [
    'color colour',
    'red|blue|green|yellow|orange|purple|pink|black|white|grey|gray|brown|beige|maroon|navy|teal|turquoise|gold|silver|violet|indigo|cream|tan|khaki|olive|magenta|cyan',
  ],
  [
    'diet dietary restriction restrictions',
    'vegan|vegetarian|gluten-free|gluten free|dairy-free|nut-free|keto|ketogenic|paleo|halal|kosher|pescatarian|low-carb|low carb|sugar-free|lactose-free|organic',
  ],
  [
    'cuisine food',
    'italian|chinese|japanese|mexican|indian|thai|french|greek|spanish|korean|vietnamese|american|mediterranean|turkish|lebanese|ethiopian|moroccan|german|brazilian|sushi|pizza|seafood|barbecue|bbq|vegan|vegetarian',
  ],
  ['meal', 'breakfast|brunch|lunch|dinner|supper|snack|dessert|appetizer'],
  [
    'genre music',
    'rock|pop|jazz|classical|hip hop|hip-hop|rap|country|blues|electronic|metal|folk|reggae|soul|indie|punk|techno|opera|r&b|comedy|drama|action|thriller|horror|romance|romantic|sci-fi|science fiction|fantasy|mystery|documentary|animation|animated|adventure|historical fiction|biography|musical|western|crime|family|war',
  ],
  [
    'sport game',
    'football|soccer|basketball|tennis|baseball|golf|cricket|rugby|hockey|volleyball|boxing|swimming|cycling|badminton|handball|chess|athletics|formula 1|skiing|surfing|poker',
  ],
  [
    'instrument',
    'piano|guitar|violin|drums|drum|cello|flute|saxophone|trumpet|bass|ukulele|clarinet|harp|keyboard|viola|trombone|banjo|accordion',
  ],
  [
    'metal commodity',
    'gold|silver|platinum|palladium|copper|iron|aluminium|aluminum|nickel|zinc|steel|oil|gas|wheat|corn',
  ],
  ['gender sex', 'male|female|men|women|man|woman|boys|girls|mens|womens|unisex'],
  ['planet', 'mercury|venus|earth|mars|jupiter|saturn|uranus|neptune|pluto|moon|sun'],
  [
    'language',
    'english|spanish|french|german|italian|portuguese|chinese|mandarin|japanese|korean|arabic|russian|hindi|dutch|swedish|turkish|polish|greek|hebrew|latin|vietnamese|thai|python|java|javascript|typescript|ruby|rust|c\\+\\+',
  ],
  ['weekday day', 'monday|tuesday|wednesday|thursday|friday|saturday|sunday'],
  [
    'fuel vehicle energy',
    'gasoline|gas|diesel|electric|hybrid|petrol|solar|wind|hydro|nuclear|geothermal|renewable|coal|biomass',
  ],
  [
    'material medium',
    'wood|bronze|marble|stone|clay|glass|steel|leather|cotton|wool|silk|plastic|oil|watercolor|granite|ceramic',
  ],
  [
    'property house room',
    'house|apartment|condo|villa|townhouse|studio|loft|bungalow|duplex|single|double|suite|deluxe|twin|king|queen|standard',
  ],
];

const byLabel = new Map<string, RegExp[]>();
for (const [labels, values] of kinds) {
  const shape = new RegExp(`(?<![\\p{L}\\p{N}-])(?:${values})(?![\\p{L}\\p{N}])`, 'giu');
  for (const label of labels.split(' ')) byLabel.set(stem(label), [...(byLabel.get(stem(label)) ?? []), shape]);
}

export type KindFound = { text: string; start: number; end: number };

/** The values in a text that are of the kind which one of the stems names. */
export function valuesOfKind(stems: string[], text: string): KindFound[] {
  const shapes = [...new Set(stems.flatMap((one) => byLabel.get(one) ?? []))];
  return shapes.flatMap((shape) =>
    [...text.matchAll(shape)].map((match) => ({
      text: match[0],
      start: match.index,
      end: match.index + match[0].length,
    })),
  );
}
