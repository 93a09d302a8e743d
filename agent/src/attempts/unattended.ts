/** An editor can only be told that nobody is there to write: `git commit` without a message fails at once. */
const noEditor = `sh -c 'echo "No editor: nobody is at the keyboard of a step. Pass the text as an option (git commit -m) or a file." >&2; exit 1'`;

/** Tools that print page by page. */
const pagers: Readonly<Record<string, string>> = {
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  MANPAGER: 'cat',
  SYSTEMD_PAGER: 'cat',
  GH_PAGER: 'cat',
  GLAB_PAGER: 'cat',
  AWS_PAGER: 'cat',
  BAT_PAGER: 'cat',
  DELTA_PAGER: 'cat',
  PSQL_PAGER: 'cat',
  // of `less` itself: prints to the end, without another screen, and quits
  LESS: '-EFX',
};

/** Tools that open an editor. */
const editors: Readonly<Record<string, string>> = {
  EDITOR: noEditor,
  VISUAL: noEditor,
  GIT_EDITOR: noEditor,
  GIT_SEQUENCE_EDITOR: noEditor,
};

/** Tools that ask. */
const prompts: Readonly<Record<string, string>> = {
  GIT_TERMINAL_PROMPT: '0',
  GCM_INTERACTIVE: 'never',
  // of ssh: passwords, passphrases, and whether a host is believed
  SSH_ASKPASS: 'false',
  SSH_ASKPASS_REQUIRE: 'force',
  DEBIAN_FRONTEND: 'noninteractive',
  APT_LISTCHANGES_FRONTEND: 'none',
  PIP_NO_INPUT: '1',
  POETRY_NO_INTERACTION: '1',
  npm_config_yes: 'true',
  COREPACK_ENABLE_DOWNLOAD_PROMPT: '0',
  COMPOSER_NO_INTERACTION: '1',
  GH_PROMPT_DISABLED: '1',
  TF_INPUT: '0',
};

/** What tells tools that nobody is at the keyboard: pagers print, editors and prompts fail. Parameters of the same name win. */
export const unattended: Readonly<Record<string, string>> = { ...pagers, ...editors, ...prompts };
