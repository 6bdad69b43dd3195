/** The looks of every report: light and dark as the reader has it, black on white on paper; nothing is loaded. */
export const htmlStyle = `
:root {
  color-scheme: light dark;
  --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --ground: #ffffff; --raised: #f6f8fa; --link: #0b62c4;
  --pass: #116329; --warn: #7d4e00; --fail: #b3261e; --unknown: #6e40aa;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e9ed; --soft: #9aa4af; --line: #323a43; --ground: #12161b; --raised: #1a2027; --link: #6cb0ff;
    --pass: #5bc27a; --warn: #e0b050; --fail: #ff8a80; --unknown: #c3a2f2;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2.5rem 1.5rem 4rem; max-width: 60rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
}
h1, h2, h3 { line-height: 1.25; text-wrap: balance; overflow-wrap: anywhere; }
h1 { margin: 0 0 .35rem; font-size: 1.75rem; letter-spacing: -.01em; }
h2 { margin: 3rem 0 .75rem; padding-top: 1.25rem; border-top: 1px solid var(--line); font-size: 1.3rem; }
h3 { margin: 2rem 0 .5rem; font-size: 1rem; }
p { margin: .5rem 0; overflow-wrap: anywhere; }
li { overflow-wrap: anywhere; }
.soft { color: var(--soft); }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 3px; border-radius: 3px; }
main { margin-top: 1.5rem; }
nav ul { padding: 0; margin: 1.25rem 0; list-style: none; }
nav li { padding: .2rem 0; }
nav .verdict { margin-left: .5rem; }
.verdict {
  display: inline-block; padding: .05rem .6rem; border: 1.5px solid currentColor; border-radius: 1rem;
  font-size: .85rem; font-weight: 600; white-space: nowrap;
}
.pass { color: var(--pass); } .warn { color: var(--warn); }
.fail { color: var(--fail); } .unknown { color: var(--unknown); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.25rem; margin: 1rem 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; margin: .5rem 0; }
table { border-collapse: collapse; min-width: min(100%, 26rem); font-size: .925rem; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem 1.25rem .4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th:last-child, td:last-child { padding-right: .25rem; }
thead th { color: var(--soft); font-weight: 500; white-space: nowrap; }
tbody th { min-width: 8rem; font-weight: 500; overflow-wrap: anywhere; }
.number { text-align: right; white-space: nowrap; }
figure { margin: 1.5rem 0; }
figure svg { display: block; width: 100%; min-width: 40rem; height: auto; }
figcaption { margin-top: .25rem; color: var(--soft); font-size: .875rem; }
pre { overflow-x: auto; padding: .75rem 1rem; background: var(--raised); border-radius: 4px; font-size: .85rem; }
summary { cursor: pointer; color: var(--link); }
details { margin: .75rem 0; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; }
@media (max-width: 36rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .6rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  h2, h3 { break-after: avoid; }
  figure, tr, dl > * { break-inside: avoid; }
  figure svg { min-width: 0; }
  nav, details:not([open]) { display: none; }
}
`;
