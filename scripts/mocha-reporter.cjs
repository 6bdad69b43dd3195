// Mocha's spec reporter; its last line reads `N passed, N failed, N skipped`.
//
// With the option counts=FILE it writes that line's numbers there instead, by test file.
const { writeFileSync } = require('node:fs');
const { Spec } = require('mocha').reporters;

/** After the last test whatever still keeps the process alive is a leak, and would do so for ever. Milliseconds. */
const endsWithinMs = 10_000;

module.exports = class SpecWithCounts extends Spec {
  #counts = {};
  #countsFile;

  constructor(runner, options) {
    super(runner, options);
    this.#countsFile = options.reporterOptions?.counts;
    for (const [event, what] of Object.entries({ pass: 'passed', fail: 'failed', pending: 'skipped' }))
      runner.on(event, ({ file = '' }) => {
        this.#counts[file] ??= { passed: 0, failed: 0, skipped: 0 };
        this.#counts[file][what]++;
      });
  }

  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    if (this.#countsFile) writeFileSync(this.#countsFile, JSON.stringify(this.#counts));
    else console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
    setTimeout(() => {
      console.error(`the tests left open: ${process.getActiveResourcesInfo().join(', ')}`);
      process.exit(1);
    }, endsWithinMs).unref();
  }
};
