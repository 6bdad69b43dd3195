// Mocha's spec reporter; its last line reads `N passed, N failed, N skipped`.
const { Spec } = require('mocha').reporters;

/** After the last test whatever still keeps the process alive is a leak, and would do so for ever. Milliseconds. */
const endsWithinMs = 10_000;

module.exports = class SpecWithCounts extends Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
    setTimeout(() => {
      console.error(`the tests left open: ${process.getActiveResourcesInfo().join(', ')}`);
      process.exit(1);
    }, endsWithinMs).unref();
  }
};
