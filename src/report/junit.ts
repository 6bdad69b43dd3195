import { type Html, html } from './html.js';

/** One test case. `failure` = what it tests is not so; `error` = it could not be told; both make a reader red. */
export interface JUnitCase {
  className: string;
  name: string;
  outcome: 'passed' | 'failure' | 'error' | 'skipped';
  /** What kind of failure or error it is, one word. */
  type?: string;
  /** Why it did not pass, one line. */
  message?: string;
  /** What it put out, whether it passed or not. */
  output?: string;
}

export interface JUnitSuite {
  name: string;
  at: Date;
  seconds: number;
  properties: Readonly<Record<string, string | number>>;
  cases: readonly JUnitCase[];
}

/** Results as JUnit XML, as CI servers read it: the schema of Jenkins, which the others follow. */
export function junitXml(suite: JUnitSuite): string {
  const { name, at, seconds, properties, cases } = suite;
  const count = (outcome: JUnitCase['outcome']) => cases.filter((each) => each.outcome === outcome).length;
  const totals = html`tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${seconds.toFixed(3)}"`;
  return html`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${name}" ${totals}>
<testsuite name="${name}" ${totals} timestamp="${at.toISOString().slice(0, 19)}">
<properties>
${Object.entries(properties).map(
  ([key, value]) => html`<property name="${key}" value="${value}"/>
`,
)}</properties>
${cases.map(caseOf)}</testsuite>
</testsuites>
`.text;
}

function caseOf({ className, name, outcome, type, message = '', output }: JUnitCase): Html {
  const opening = html`<testcase classname="${className}" name="${name}">`;
  return html`${opening}
${outcomeOf(outcome, type, message)}${
  output
    ? html`<system-out>${output}</system-out>
`
    : null
}</testcase>
`;
}

/** The message stands in the text too: some readers show only one of them. */
function outcomeOf(outcome: JUnitCase['outcome'], type: string | undefined, message: string): Html | null {
  const kind = type ? html` type="${type}"` : null;
  switch (outcome) {
    case 'passed':
      return null;
    case 'skipped':
      return html`<skipped message="${message}"/>
`;
    case 'failure':
      return html`<failure message="${message}"${kind}>${message}</failure>
`;
    case 'error':
      return html`<error message="${message}"${kind}>${message}</error>
`;
  }
}
