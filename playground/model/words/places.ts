import cities from './cities.json' with { type: 'json' };

const states =
  'Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Georgia Hawaii Idaho Illinois Indiana Iowa Kansas Kentucky ' +
  'Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri Montana Nebraska Nevada New_Hampshire New_Jersey New_Mexico ' +
  'New_York North_Carolina North_Dakota Ohio Oklahoma Oregon Pennsylvania Rhode_Island South_Carolina South_Dakota Tennessee Texas Utah Vermont ' +
  'Virginia Washington West_Virginia Wisconsin Wyoming';
const stateCodes =
  'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY';
const countries =
  'Afghanistan Albania Algeria Argentina Armenia Australia Austria Azerbaijan Bangladesh Belarus Belgium Bolivia Bosnia Brazil Bulgaria Cambodia ' +
  'Cameroon Canada Chile China Colombia Costa_Rica Croatia Cuba Cyprus Czechia Czech_Republic Denmark Ecuador Egypt England Estonia Ethiopia Finland France ' +
  'Georgia Germany Ghana Greece Hungary Iceland India Indonesia Iran Iraq Ireland Israel Italy Jamaica Japan Jordan Kazakhstan Kenya Kuwait Latvia ' +
  'Lebanon Libya Lithuania Luxembourg Malaysia Malta Mexico Mongolia Morocco Nepal Netherlands New_Zealand Nigeria North_Korea Norway Pakistan Panama ' +
  'Paraguay Peru Philippines Poland Portugal Qatar Romania Russia Saudi_Arabia Scotland Senegal Serbia Singapore Slovakia Slovenia South_Africa ' +
  'South_Korea Korea Spain Sri_Lanka Sweden Switzerland Syria Taiwan Tanzania Thailand Tunisia Turkey UAE UK USA US Uganda Ukraine United_Arab_Emirates ' +
  'United_Kingdom United_States United_States_of_America Uruguay Venezuela Vietnam Wales Zambia Zimbabwe';

const list = (names: string) => names.split(' ').map((name) => name.replaceAll('_', ' '));

export const stateNames = list(states);
const codes = stateCodes.split(' ');
export const countryNames = list(countries);

const codeByState = new Map(stateNames.map((name, at) => [name.toLowerCase(), codes[at]!]));
const stateByCode = new Map(codes.map((code, at) => [code, stateNames[at]!]));

export const regionsAndCountries = new Set([...stateNames, ...countryNames].map((name) => name.toLowerCase()));

export function isCountry(name: string): boolean {
  return countryNames.some((country) => country.toLowerCase() === name.toLowerCase());
}

export function isState(name: string): boolean {
  return codeByState.has(name.toLowerCase()) || stateByCode.has(name);
}

export function stateCode(name: string): string | undefined {
  return stateByCode.has(name) ? name : codeByState.get(name.toLowerCase());
}

/** The state of a large city of the United States, which forms such as "San Francisco, CA" ask for. */
export function stateOfCity(city: string): string | undefined {
  return stateByCity.get(city.toLowerCase());
}

export function countryOfCity(city: string): string | undefined {
  return countryByCity.get(city.toLowerCase());
}

const stateByCity = new Map(Object.entries(cities.us).map(([city, state]) => [city.toLowerCase(), state]));
const countryByCity = new Map(Object.entries(cities.world).map(([city, country]) => [city.toLowerCase(), country]));
