import type { Param } from '../tools/params.ts';
import { countryOfCity, stateCode, stateOfCity } from '../words/places.ts';

/** "San Francisco" is "San Francisco, CA" where the schema shows places so. */
export function asPlace(param: Param, name: string): string {
  const shown = `${param.description} ${param.examples.join(' ')}`;
  const isStateCode =
    /^(?:state|province)$/.test(param.label.at(-1) ?? '') &&
    /abbreviat|two[- ]letter|2[- ]letter|state code|\b["'(]?(?:CA|NY|TX)\b/.test(shown);
  if (isStateCode) return stateCode(name) ?? name;
  if (param.role !== 'place' || name.includes(',')) return name;
  const wantsState =
    /\p{L}, [A-Z]{2}\b|city,? (?:and )?state|state abbreviation|\(city, state/iu.test(shown) &&
    !/city name only|just the city/i.test(shown);
  if (!wantsState) return name;
  const state = stateOfCity(name);
  if (state !== undefined) return `${name}, ${state}`;
  const country = /country/i.test(shown) ? countryOfCity(name) : undefined;
  return country === undefined ? name : `${name}, ${country}`;
}
