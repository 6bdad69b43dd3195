const number = (value) => value.toLocaleString('en-US');
const size = (bytes) => (bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.round(bytes / 1000)} kB`);

/** The page that says what the product consists of. @param product as it was counted */
export function renderSummary(product, { markdownTable }) {
  const { packages, commands, phases } = product;
  const parts = [
    '# What the product consists of',
    'Written by `npm run bench-docs`; every figure is counted in the tree. How fast it is: ' +
      '[all phases on](performance-benchmark-report.md), [all phases off](baseline-performance-report.md).',
    '## Packages',
    'Each imports only those above it, and a plugin no other plugin. Lines are those of the files, comments among them.',
    markdownTable(
      ['package', 'folder', 'holds', 'files>', 'lines>', 'lines of tests>', 'tests>'],
      packageRows(packages),
    ),
    '## Phases',
    'Each can be undone on its own, by its flag.',
    markdownTable(
      ['phase', 'flag', 'settings>'],
      phases.map(({ number, title, flag, settings }) => [`${number} ${title}`, flag, String(settings)]),
    ),
    `## Commands: ${commands.length}`,
    markdownTable(
      ['command', 'does'],
      commands.map(({ id, summary }) => [`cqkd ${id}`, summary]),
    ),
    '## Sizes',
    markdownTable(['what', 'result>'], sizeRows(product)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function packageRows(packages) {
  const total = (key) => packages.reduce((sum, each) => sum + each[key], 0);
  const row = (name, folder, description, figures) => [name, folder, description, ...figures.map(number)];
  const keys = ['files', 'lines', 'testLines', 'tests'];
  return [
    ...packages.map((each) =>
      row(
        each.name,
        each.folder,
        each.description,
        keys.map((key) => each[key]),
      ),
    ),
    row('all', '', '', keys.map(total)),
  ];
}

function sizeRows(product) {
  return [
    ['the package that is installed, packed', size(product.packedBytes)],
    ['the same, unpacked', size(product.unpackedBytes)],
    ['the node, bundled to one file', size(product.bundleBytes)],
    ['third-party packages that it needs', number(product.thirdParty)],
    ['settings of a node', number(product.settings)],
    ['metrics that verify measures', number(product.metrics)],
    ['Compose templates', number(product.templates)],
    ['scenarios that come with it', number(product.scenarios)],
    ['pages of documentation', number(product.pages)],
    ['of them decisions', number(product.decisions)],
  ];
}
