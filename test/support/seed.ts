// Property tests draw the same cases in every run, so that a red run says something about the change before it;
// `TURNSPAN_SEED=…` draws others.
import { configureGlobal } from 'fast-check';

configureGlobal({ seed: Number(process.env['TURNSPAN_SEED'] ?? '20261121') });
