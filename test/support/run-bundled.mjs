// Given to Node by --import, with the sources and the bundles in its query: a program is then loaded as its bundle.
import { register } from 'node:module';

const data = Object.fromEntries(new URL(import.meta.url).searchParams);
register('./bundle-hooks.mjs', import.meta.url, { data });
