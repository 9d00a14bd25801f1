/**
 * Loaded before every test file. Properties draw new examples at each run, which is how they find faults; a judgement on a
 * commit must be repeatable, so under CI they draw the same ones each time: half as many, since drawn again they find nothing new.
 */
import fc from 'fast-check';

if (process.env.CI === 'true') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 124, numRuns: 50 });
