/** How mail programs of several languages begin the subject of what they forward. */
const FORWARDED = /^\s*(fwd?|wg|tr|rv|enc|i|doorst|pd|vs|vb|vl|ilt|转发|轉寄|転送|전달)\s*[:：]/i;
/** Their words for who wrote the older mail and for its subject, in the block of headers that Outlook puts above it. */
const FROM_LABEL = label(
  'from|von|de|da|van|od|от|от кого|från|fra|lähettäjä|kimden|差出人|发件人|寄件者|보낸 사람|expéditeur|remitente|mittente',
);
const SUBJECT_LABEL = label(
  'subject|betreff|objet|asunto|assunto|oggetto|onderwerp|temat|тема|ämne|emne|aihe|konu|件名|主题|主旨|제목|předmět',
);
const ANY_LABEL = /^\s*\*?[\p{L} ]{1,20}:/u;
/** A person who says so has answered within the older mail. */
const POINTS_BELOW =
  /\b(below|inline|in (red|blue|green)|unten|weiter unten|ci-dessous|más abajo|abaixo|qui sotto|hieronder)\b|poniżej|ниже|下記/i;
/** Lines that a program adds for its maker. */
const ADVERTISEMENT =
  /^(sent|get|download|gesendet|von mein|holen|envoy|télécharge|obten|enviad|descarg|inviat|scarica|ottieni|verstuurd|verzonden|wysłan|pobierz|skicka|hämta|sendt|hent|отправлен|скачать)|(gesendet|herunterladen|送信|入手)\W*$/i;
const PRODUCT =
  /iphone|ipad|android|outlook|galaxy|samsung|huawei|xiaomi|proton|yahoo|gmx|web\.de|blackberry|thunderbird/i;
const RULE = /^([\s*_=-]{3,}|-{2,}(?!.*\bPGP\b)[^-].{2,60}-{2,})$/;

const ADDRESS = /<[^<>\s]+@[^<>\s]+>/;
const DATE = /\d[:.]\d\d|20\d\d|\d\/\d/;
const YEAR_AND_TIME = /20\d\d.*\d[:.]\d\d|\d[:.]\d\d.*20\d\d/;

const LONGEST_LINE = 300;
const LONGEST_BLOCK = 6;
const LONGEST_POINTER = 300;

/** What is new in a mail. Where a person answers between the lines of what they quote, or forwards it, all of it is. */
export function saidOf(text, subject = '') {
  const whole = text.trim();
  if (FORWARDED.test(subject)) return whole;
  const lines = whole.split('\n');
  const above = withoutHistory(lines);
  const said = tidy(answersInline(above) ? above : withoutQuote(above));
  return said === '' ? whole : said;
}

/** Whom the first block of headers in a forwarded mail names as its author, which anybody can write; null where none does. */
export function forwardedFrom(text, subject = '') {
  if (!FORWARDED.test(subject)) return null;
  const lines = text.split('\n').map((line) => line.slice(0, LONGEST_LINE).replace(/^[\s>]+/, ''));
  return /[^\s<>:;,"]+@[^\s<>:;,"]+/.exec(lines.find((line) => FROM_LABEL.test(line)) ?? '')?.[0] ?? null;
}

/** Cuts at what bears no mark of a quote: headers of an older mail, or a line that says who wrote it and when. */
function withoutHistory(lines) {
  const at = lines.findIndex((line, at) => beginsHistory(lines, line.slice(0, LONGEST_LINE), at));
  if (at <= 0) return lines;
  const above = lines.slice(0, at);
  const said = above.join('\n').trim();
  return said.length < LONGEST_POINTER && POINTS_BELOW.test(said) ? lines : above;
}

function beginsHistory(lines, line, at) {
  if (isQuoted(line)) return false;
  if (ANY_LABEL.test(line) || FROM_LABEL.test(line)) {
    const block = lines.slice(at, at + LONGEST_BLOCK).map((one) => one.slice(0, LONGEST_LINE));
    const isFrom = [0, 1].some((at) => FROM_LABEL.test(block[at] ?? ''));
    if (isFrom && block.some((one) => SUBJECT_LABEL.test(one))) return true;
  }
  const next = lines.slice(at + 1).find((one) => one.trim() !== '');
  return ADDRESS.test(line) && YEAR_AND_TIME.test(line) && /[:：]\s*$/.test(line) && !isQuoted(next ?? '');
}

/** Quoted lines, then words, then quoted lines again. */
function answersInline(lines) {
  const kinds = lines.filter((line) => line.trim() !== '').map(isQuoted);
  const first = kinds.indexOf(true);
  return first >= 0 && kinds.slice(first, kinds.lastIndexOf(true)).includes(false);
}

function withoutQuote(lines) {
  const first = lines.findIndex(isQuoted);
  if (first < 0) return lines;
  return [...lines.slice(0, introducedAt(lines, first)), '', ...lines.slice(lines.findLastIndex(isQuoted) + 1)];
}

/** Where the words begin with which a program introduces what it quotes: they end in a colon and hold a date, or an address. */
function introducedAt(lines, first) {
  let end = first;
  while (end > 0 && lines[end - 1].trim() === '') end -= 1;
  const starts = [1, 2, 3].map((count) => end - count).filter((start) => start >= 0);
  const holds = (mark) => (start) => {
    const words = lines.slice(start, end).join(' ').slice(-LONGEST_LINE).trim();
    return /[:：]$/.test(words) && mark.test(words);
  };
  return starts.find(holds(DATE)) ?? starts.find(holds(ADDRESS)) ?? first;
}

/** Without a signature, a maker's advertisement and the rules above what was cut. */
function tidy(lines) {
  const signature = lines.findIndex((line, at) => at > 0 && /^--\s?$/.test(line));
  const kept = signature < 0 ? [...lines] : lines.slice(0, signature);
  while (kept.length > 0 && isFiller(kept[kept.length - 1].trim())) kept.pop();
  return kept
    .filter((line) => !isAdvertisement(line.trim()))
    .join('\n')
    .trim();
}

function isFiller(line) {
  return line === '' || (line.length < LONGEST_LINE && RULE.test(line)) || isAdvertisement(line);
}

function isAdvertisement(line) {
  return (
    line.length < 150 &&
    PRODUCT.test(line) &&
    ADVERTISEMENT.test(line.replace(/<https?:[^<>]*>|\[https?:[^\]]*\]/g, '').trim())
  );
}

function isQuoted(line) {
  return /^\s{0,3}>/.test(line);
}

function label(names) {
  return new RegExp(`^\\s*\\*?(${names})\\s?\\*?\\s?[:：]`, 'i');
}
