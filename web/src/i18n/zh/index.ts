import type { Dictionary, Translated } from '../index.js';
import { common, states } from './common.js';
import { frame } from './frame.js';
import { agentWords, reasons, triggerWords, words } from './words.js';

/** The Chinese texts: the same keys as the English ones, or this does not compile. */
export const chinese: Translated<Dictionary> = { common, states, frame, status: words, agentStatus: agentWords, trigger: triggerWords, reason: reasons };
