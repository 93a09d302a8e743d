import { gitCauses as sentences } from '@drover/protocol';

/** What to do about a repository that cannot be read, as the protocol has it. */
export const gitCauses: Readonly<Record<keyof typeof sentences, string>> = sentences;
