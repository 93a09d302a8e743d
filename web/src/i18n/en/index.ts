import { common, states } from './common.js';
import { frame } from './frame.js';
import { agentWords, reasons, triggerWords, words } from './words.js';

/** The English texts; Chinese has the same keys. */
export const english = { common, states, frame, status: words, agentStatus: agentWords, trigger: triggerWords, reason: reasons } as const;
