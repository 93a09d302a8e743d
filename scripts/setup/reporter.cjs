// Mocha reporter of `npm test`: failures at once and whole, skips by name, counts into a file for the last line.
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

const slowest = 5;

module.exports = class Reporter {
  constructor(runner) {
    const counts = { passed: 0, failed: 0, skipped: 0, reasons: [] };
    const times = [];
    runner.on('pass', (test) => {
      counts.passed += 1;
      times.push([test.duration ?? 0, test.fullTitle()]);
    });
    runner.on('pending', (test) => {
      counts.skipped += 1;
      counts.reasons.push(reasonOf(test));
      process.stdout.write(`skipped  ${test.fullTitle()}: ${reasonOf(test)}\n`);
    });
    runner.on('fail', (test, error) => {
      counts.failed += 1;
      test.err = error;
      process.stdout.write(`FAILED   ${test.fullTitle()}\n`);
      reporters.Base.list([test]);
    });
    runner.on('end', () => {
      if (process.env.DROVER_TEST_TIMES) {
        times.sort((a, b) => b[0] - a[0]);
        for (const [duration, title] of times.slice(0, slowest)) process.stdout.write(`${String(duration).padStart(7)} ms  ${title}\n`);
      }
      if (process.env.DROVER_TEST_COUNTS) writeFileSync(process.env.DROVER_TEST_COUNTS, JSON.stringify(counts));
    });
  }
};

/** Why a test was skipped, as `skipBecause` noted it at the test or at a suite around it. */
function reasonOf(test) {
  for (let at = test; at; at = at.parent) if (at.skipReason) return at.skipReason;
  return 'no reason given';
}
