import { stem } from '../words/stem.ts';

/** What kind of thing a parameter wants, told from its name and description. */
export type Role =
  | 'place'
  | 'person'
  | 'date'
  | 'time'
  | 'text'
  | 'title'
  | 'container'
  | 'formula'
  | 'currency'
  | 'language'
  | 'unit'
  | 'url'
  | 'email'
  | 'phone'
  | 'path'
  | 'id'
  | 'query'
  | 'other';

const words: [Role, string][] = [
  ['email', 'email mail'],
  ['url', 'url uri link website endpoint host hostname domain ip server'],
  ['phone', 'phone telephone mobile'],
  ['formula', 'function formula expression equation func polynomial'],
  ['currency', 'currency currencies'],
  ['language', 'language'],
  ['date', 'date day deadline birthday dob'],
  ['time', 'time'],
  [
    'place',
    'location city country state region place area town address destination origin district province venue neighborhood county stop where geography airport station street',
  ],
  [
    'person',
    'person author actor artist director player composer athlete patient receiver recipient sender employee friend contact user customer guest stylist doctor lawyer judge painter sculptor musician singer cast starring owner assignee defendant plaintiff',
  ],
  [
    'text',
    'text message body content note comment description reason prompt instruction instructions caption feedback summary details explanation memo why sentence paragraph',
  ],
  ['title', 'title subject name heading label topic headline'],
  ['query', 'query search keyword keywords question term terms q'],
  ['unit', 'unit units'],
  [
    'container',
    'league competition tournament platform store console market exchange database channel playlist album museum shop product device system software',
  ],
  ['path', 'path file filename directory folder'],
  ['id', 'id identifier code number key sku symbol ticker uuid isbn vin reference'],
];

const roleOf = new Map<string, Role>();
for (const [role, list] of words)
  for (const word of list.split(' ')) if (!roleOf.has(stem(word))) roleOf.set(stem(word), role);

/** The last word of a name says most: order_date is a date, date_format is not. */
export function roleByName(label: string[]): Role {
  for (const one of label.toReversed()) {
    const role = roleOf.get(stem(one));
    if (role) return role;
  }
  return 'other';
}

export function roleByDescription(description: string): Role {
  const lower = description.toLowerCase();
  if (/\be-?mail(?: address)?\b/.test(lower.slice(0, 60))) return 'email';
  if (/\b(?:city|country|location|address)\b/.test(lower.slice(0, 60))) return 'place';
  if (/\bdate\b/.test(lower.slice(0, 50)) || /yyyy|mm\/dd/.test(lower)) return 'date';
  if (/\b(?:function|expression|equation)\b/.test(lower.slice(0, 50)) && !/\bfunction (?:should|will|to)\b/.test(lower))
    return 'formula';
  if (/\bname of (?:the )?(?:person|author|artist|player|actor|composer)\b/.test(lower)) return 'person';
  if (/\bname of\b/.test(lower.slice(0, 30))) return 'title';
  return 'other';
}
