import type { first as english } from '../en/first.js';
import type { Translated } from '../index.js';
import { common, states } from './common.js';
import { faults, refusals } from './faults.js';
import { frame } from './frame.js';
import { pipelines, signIn } from './pages.js';
import { gitCauses } from './git-causes.js';
import { reasons } from './reasons.js';
import { triggerWords, words } from './words.js';

export const first: Translated<typeof english> = {
  common,
  states,
  frame,
  signIn,
  pipelines,
  status: words,
  trigger: triggerWords,
  reason: reasons,
  refusals,
  faults,
  gitCause: gitCauses,
};
