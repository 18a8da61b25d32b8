// Runs a bundle as if it were the program that it was made of: node run-bundled.mjs <bundle> <program> [arguments].
import { pathToFileURL } from 'node:url';

const [, bundle] = process.argv.splice(1, 2);
await import(pathToFileURL(bundle).href);
