let sources;
let bundles;

export function initialize(data) {
  ({ sources, bundles } = data);
}

export function load(url, context, next) {
  if (!url.startsWith(sources) || !url.endsWith('.ts')) return next(url, context);
  const bundle = bundles + url.slice(sources.length).replace(/ts$/, 'mjs');
  return { format: 'module', source: `import ${JSON.stringify(bundle)};`, shortCircuit: true };
}
