// Mocha's spec reporter; its last line reads `N passed, N failed, N skipped`.
const { Spec } = require('mocha').reporters;

module.exports = class SpecWithCounts extends Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
  }
};
