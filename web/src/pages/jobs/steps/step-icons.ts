import type { Step } from '@drover/protocol/definition';
import { IconGitBranch, IconPackage, IconTerminal2 } from '@tabler/icons-react';

export const stepIcons = { shell: IconTerminal2, checkout: IconGitBranch, uploadPackage: IconPackage } as const satisfies Record<
  Step['type'],
  unknown
>;
