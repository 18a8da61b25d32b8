/** How text looks before any style: black on white. Null is a colour that we do not know. */
export const startingLook = { ink: [0, 0, 0], paper: [255, 255, 255], tiny: false, invisible: false, seen: true };

const HIDES = [
  /(^|;)display:none/,
  /mso-hide:all/,
  /(^|;)opacity:0*(\.0+)?(;|$)/,
  /text-indent:-\d{3,}/,
  /(left|top|right|bottom):-\d{3,}/,
  /(^|;)clip:rect\((0(px)?[,\s]*){4}\)/,
  /clip-path:(inset\((50|100)%|circle\(0)/,
  /transform:scale\(0/,
];
/** These hide nothing unless what flows over is hidden, too. */
const SHRINKS = /(^|;)(max-)?(height|width):0(px)?(;|$)/;
/** Nearer to each other than this, a colour cannot be read on the other. */
const NEAREST = 24;

/** How text within an element looks; null where the whole of it is hidden. */
export function lookOf({ name, attribs }, look, hiding) {
  const style = plainStyle(attribs.style ?? '');
  if ('hidden' in attribs || hiding.has(name) || isHidden(style) || hidesByName(attribs, hiding)) return null;
  const paper = paperOf(style, attribs, look.paper);
  const ink = inkOf(style, attribs, look.ink);
  const size = /(?:^|;)font-size:([\d.]+)([a-z%]*)/.exec(style);
  const tiny = size ? isTiny(Number(size[1]), size[2]) : look.tiny;
  const visibility = /(?:^|;)visibility:(\w+)/.exec(style)?.[1];
  const invisible = visibility === undefined ? look.invisible : visibility !== 'visible' && visibility !== 'inherit';
  return { ink, paper, tiny, invisible, seen: !tiny && !invisible && isReadable(ink, paper) };
}

/** Simple selectors of the style sheets in a mail that hide what they select; those for some screens only do not count. */
export function hidingSelectors(html) {
  const sheets = [...html.matchAll(/<style[^>]{0,500}>([^<]{0,100000})/gi)].map(([, sheet]) => sheet).join('\n');
  const forAll = sheets
    .replace(/\/\*[^*]{0,5000}\*\//g, '')
    .replace(/@media[^{}]{0,500}\{(?:[^{}]{0,2000}\{[^{}]{0,2000}\})*/gi, '');
  const rules = [...forAll.matchAll(/([^{}]{1,500})\{([^{}]{0,2000})\}/g)];
  return new Set(
    rules
      .filter(([, , style]) => isHidden(plainStyle(style)))
      .flatMap(([, selectors]) => selectors.split(',').map((one) => one.trim().toLowerCase())),
  );
}

function hidesByName({ class: classes = '', id = '' }, hiding) {
  if (hiding.size === 0) return false;
  return (
    hiding.has(`#${id.toLowerCase()}`) ||
    classes
      .toLowerCase()
      .split(/\s+/)
      .some((one) => hiding.has(`.${one}`))
  );
}

function isHidden(style) {
  return HIDES.some((rule) => rule.test(style)) || (SHRINKS.test(style) && /overflow(-[xy])?:hidden/.test(style));
}

/** A style may be written with blanks, comments and escapes in many ways. */
function plainStyle(style) {
  return style
    .slice(0, 10_000)
    .replace(/\/\*[^*]{0,1000}\*\//g, '')
    .replace(/\\([0-9a-f]{1,6})\s?/gi, (whole, code) => {
      const sign = Number.parseInt(code, 16);
      return sign <= 0x10ffff ? String.fromCodePoint(sign) : whole;
    })
    .toLowerCase()
    .replace(/!important/g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([:;,]) ?/g, '$1')
    .trim();
}

function isTiny(size, unit) {
  return size === 0 || ((unit === 'px' || unit === 'pt') && size < 2) || (unit === 'em' && size < 0.1);
}

function isReadable(ink, paper) {
  if (ink === 'transparent') return false;
  return ink === null || paper === null || ink.some((value, at) => Math.abs(value - paper[at]) >= NEAREST);
}

function inkOf(style, { color, text }, inherited) {
  const written = /(?:^|;)color:([^;]+)/.exec(style)?.[1] ?? color ?? text;
  if (written === undefined || written === 'inherit') return inherited;
  return colourOf(written);
}

function paperOf(style, { bgcolor, background }, inherited) {
  const written = /(?:^|;)background(?:-color)?:([^;]+)/.exec(style)?.[1] ?? bgcolor;
  if (background !== undefined || /url\(|gradient/.test(style)) return null;
  if (written === undefined) return inherited;
  const colour = colourOf(written);
  return colour === 'transparent' || written === 'inherit' || written === 'none' ? inherited : colour;
}

const NAMED = { white: [255, 255, 255], black: [0, 0, 0], transparent: 'transparent', snow: [255, 250, 250] };

function colourOf(text) {
  const written = text.trim().toLowerCase();
  const hex = /^#?([0-9a-f]{3,8})$/.exec(written)?.[1];
  if (hex && (hex.length === 3 || hex.length === 4))
    return [...hex.slice(0, 3)].map((one) => Number.parseInt(one + one, 16));
  if (hex && hex.length >= 6) return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  const rgb = /^rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]+%?))?\s*\)$/.exec(written);
  if (rgb) return rgb[4] !== undefined && Number.parseFloat(rgb[4]) === 0 ? 'transparent' : rgb.slice(1, 4).map(Number);
  return NAMED[written] ?? null;
}
