/** What a unit measures, by the words and signs that people write. */
const measures: Record<string, string> = {
  length:
    'm meter meters metre metres cm centimeter centimeters centimetres mm km kilometer kilometers kilometre kilometres mile miles ft foot feet inch inches in yard yards yd nm light-year light-years ly',
  area: 'sqft sqm acre acres hectare hectares m2 km2',
  volume:
    'l liter liters litre litres ml milliliter milliliters gallon gallons cup cups m3 tablespoon tablespoons teaspoon teaspoons',
  mass: 'kg kilogram kilograms kilo kilos g gram grams mg milligram lb lbs pound pounds ounce ounces oz ton tons tonne tonnes',
  time: 's sec second seconds min minute minutes h hr hrs hour hours day days week weeks month months year years decade decades ms millisecond milliseconds night nights yr yrs quarter quarters',
  temperature: 'c f k celsius fahrenheit kelvin degree degrees °c °f °k',
  speed: 'm/s km/h mph kph meters/second knots kmh',
  acceleration: 'm/s^2 m/s2 m/s² meters/second^2',
  energy: 'j joule joules kj kwh cal calorie calories kcal',
  power: 'w watt watts kw hp',
  force: 'n newton newtons',
  pressure: 'pa pascal pascals atm atmosphere atmospheres bar psi',
  electric: 'v volt volts a amp amps ampere amperes c coulomb coulombs ohm ohms farad',
  frequency: 'hz khz mhz hertz bpm',
  amount: 'mol mole moles',
  money: 'usd eur gbp jpy dollar dollars euro euros pound pounds yen cents rupees yuan cad aud inr',
  angle: 'degree degrees radian radians rad',
  data: 'kb mb gb tb byte bytes',
};

const byUnit = new Map<string, string[]>();
for (const [measure, words] of Object.entries(measures)) {
  for (const word of words.split(' ')) byUnit.set(word, [...(byUnit.get(word) ?? []), measure]);
}

export function measuresOf(unit: string): string[] {
  return byUnit.get(unit.toLowerCase()) ?? [];
}

export const currencySigns: Record<string, string> = { $: 'USD', '€': 'EUR', '£': 'GBP', '¥': 'JPY', '₹': 'INR' };

const currencyNames: Record<string, string> = {
  dollar: 'USD',
  dollars: 'USD',
  bucks: 'USD',
  usd: 'USD',
  euro: 'EUR',
  euros: 'EUR',
  eur: 'EUR',
  pounds: 'GBP',
  pound: 'GBP',
  gbp: 'GBP',
  sterling: 'GBP',
  yen: 'JPY',
  jpy: 'JPY',
  rupee: 'INR',
  rupees: 'INR',
  inr: 'INR',
  yuan: 'CNY',
  cny: 'CNY',
  renminbi: 'CNY',
  cad: 'CAD',
  aud: 'AUD',
  chf: 'CHF',
  franc: 'CHF',
  francs: 'CHF',
  peso: 'MXN',
  pesos: 'MXN',
  mxn: 'MXN',
  won: 'KRW',
  krw: 'KRW',
  real: 'BRL',
  reais: 'BRL',
  brl: 'BRL',
  rub: 'RUB',
  ruble: 'RUB',
  rubles: 'RUB',
  krona: 'SEK',
  sek: 'SEK',
  nok: 'NOK',
  dkk: 'DKK',
  nzd: 'NZD',
  sgd: 'SGD',
  hkd: 'HKD',
  btc: 'BTC',
  bitcoin: 'BTC',
  zloty: 'PLN',
  pln: 'PLN',
  lira: 'TRY',
  try: 'TRY',
  baht: 'THB',
  thb: 'THB',
  rand: 'ZAR',
  zar: 'ZAR',
};
export function currencyOf(word: string): string | undefined {
  return /^(?:try|real|won|rand|cad|pound|pounds)$/.test(word) ? undefined : currencyNames[word];
}

const currencyByPeople: Record<string, string> = {
  'canadian dollar': 'CAD',
  'australian dollar': 'AUD',
  'us dollar': 'USD',
  'u.s. dollar': 'USD',
  'american dollar': 'USD',
  'new zealand dollar': 'NZD',
  'singapore dollar': 'SGD',
  'hong kong dollar': 'HKD',
  'british pound': 'GBP',
  'pound sterling': 'GBP',
  'japanese yen': 'JPY',
  'swiss franc': 'CHF',
  'indian rupee': 'INR',
  'chinese yuan': 'CNY',
  'mexican peso': 'MXN',
};

export type CurrencyFound = { code: string; start: number; end: number };

/** The currencies that a text names, in its order. */
export function currenciesIn(text: string): CurrencyFound[] {
  const lower = text.toLowerCase();
  const found: CurrencyFound[] = [];
  for (const [name, code] of Object.entries(currencyByPeople)) {
    for (let at = lower.indexOf(name); at >= 0; at = lower.indexOf(name, at + 1)) {
      const end = at + name.length + (lower[at + name.length] === 's' ? 1 : 0);
      found.push({ code, start: at, end });
    }
  }
  for (const match of text.matchAll(/[$€£¥₹]|\b[A-Za-z]{3,8}\b/g)) {
    const word = match[0];
    const code = currencySigns[word] ?? currencyNames[word.toLowerCase()];
    const plainWord = /^(?:try|real|won|rand|cad)$/.test(word);
    const inside = found.some((one) => match.index >= one.start && match.index < one.end);
    if (code && !plainWord && !inside) found.push({ code, start: match.index, end: match.index + word.length });
  }
  return found.sort((a, b) => a.start - b.start);
}
